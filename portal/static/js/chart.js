// chart.js – <gj-chart data-kind="bar|line|pie" data-table="id"> draws the numbers of the table beneath it.
// First column: names; other columns: one series each, in the colours of data-tones where they mean something. Needs ECharts, which statistics pages load themselves.
// Every name is readable: names that have no room side by side stand beneath each other, with bars that lie.
(function () {
  'use strict';
  var portal = window.portal, COLOURS = ['#0958d9', '#c27a00', '#1d6b2a', '#a8071a', '#5b3a8c', '#0e7490'];
  var TONES = { green: '#1d6b2a', gold: '#c27a00', red: '#a8071a', gray: '#86909c', blue: '#0958d9' };
  // More slices than this are told apart by nobody; a narrow ring has no room for words around it.
  var SLICES = 6, RING = 420, YEAR = /^\d{4}年?$/, pen = document.createElement('canvas').getContext('2d');

  function cells(row) { return portal.all(row, 'th, td').map(function (cell) { return cell.textContent.trim(); }); }
  function number(text) { return Number(text.replace(/[,，%\s]/g, '')) || 0; }
  function short(value) { return Math.abs(value) >= 10000 ? value / 10000 + '万' : String(value); }
  function widest(texts) { return Math.max.apply(null, texts.map(function (text) { return pen.measureText(text).width; })); }

  function legendLines(names, font, width) {
    var used = 0, lines = 1;
    names.forEach(function (name) {
      var own = pen.measureText(name).width + font * 3.2;
      if (used && used + own > width) { lines += 1; used = 0; }
      used += own;
    });
    return lines;
  }
  function base(colours, font, family) {
    return { color: colours, animation: false, tooltip: { renderMode: 'richText', trigger: 'axis', confine: true }, legend: { bottom: 0, textStyle: { fontSize: font } }, textStyle: { fontFamily: family, fontSize: font } };
  }
  function ring(found, rows) {
    found.tooltip.trigger = 'item';
    found.series = [{ type: 'pie', radius: ['42%', '68%'], center: ['50%', '45%'], label: { formatter: '{b} {c}' }, data: rows.map(function (r) { return { name: r[0], value: number(r[1]) }; }) }];
    return found;
  }
  // How the names stand: side by side, upright (years), or beneath each other beside bars that lie.
  function stand(kind, names, width, font) {
    var room = (width - font * 5) / names.length;
    if (widest(names) + font * 0.6 <= room) { return 'flat'; }
    if (kind === 'line' || (names.every(function (name) { return YEAR.test(name); }) && font * 1.3 <= room)) { return 'upright'; }
    return 'beneath';
  }
  function axes(found, names, how, width, font) {
    var words = { type: 'category', data: names, axisLabel: { color: '#4e5969', fontSize: font, interval: 0 } };
    var values = { type: 'value', minInterval: 1, axisLabel: { color: '#4e5969', fontSize: font, formatter: short, hideOverlap: true } };
    if (how === 'upright') { words.axisLabel.rotate = 90; }
    if (how === 'beneath') {
      words.inverse = true;
      words.axisLabel.width = Math.min(Math.ceil(widest(names)) + 2, Math.floor(width * 0.42));
      words.axisLabel.overflow = 'break';
      words.axisLabel.lineHeight = font * 1.3;
      if (width < RING) { values.splitNumber = 3; }
    }
    found.xAxis = how === 'beneath' ? values : words;
    found.yAxis = how === 'beneath' ? words : values;
    return words.axisLabel.width;
  }
  // Room for the lines of the longest name and for a bar of each series.
  function tall(names, series, broad, font) {
    var lines = Math.ceil((widest(names) + font) / broad);
    return names.length * Math.max(lines * font * 1.35 + 6, series * 11 + 10);
  }
  function options(kind, table, colours, width, font, family) {
    var head = cells(table.tHead.rows[0]).slice(1), rows = Array.prototype.map.call(table.tBodies[0].rows, cells);
    var names = rows.map(function (r) { return r[0]; }), found = base(colours, font, family);
    pen.font = font + 'px ' + family;
    if (kind === 'pie' && rows.length <= SLICES && width >= RING) { return { option: ring(found, rows), height: 0 }; }
    var drawn = kind === 'line' ? 'line' : 'bar', how = stand(drawn, names, width, font), broad = axes(found, names, how, width, font);
    // Shares have another measure than counts: they stay in the table.
    found.series = head.map(function (name, i) {
      return { name: name, type: drawn, barMaxWidth: 34, data: rows.map(function (r) { return number(r[i + 1]); }) };
    }).filter(function (one, i) { return !rows.some(function (r) { return /%$/.test(r[i + 1]); }); });
    var bottom = legendLines(found.series.map(function (one) { return one.name; }), font, width) * font * 1.9 + 12;
    found.grid = { left: 8, right: how === 'beneath' ? 28 : 16, top: 16, bottom: bottom, containLabel: true };
    return { option: found, height: how === 'beneath' ? Math.ceil(tall(names, found.series.length, broad, font) + bottom + font * 2 + 16) : 0 };
  }

  customElements.define('gj-chart', class extends HTMLElement {
    connectedCallback() {
      var table = document.getElementById(this.getAttribute('data-table'));
      if (!table || !window.echarts) { this.hidden = true; return; }
      this.hidden = false;
      this.className = 'gj-chart d-block';
      this.setAttribute('role', 'img');
      this.setAttribute('aria-label', (table.caption ? table.caption.textContent.trim() : '统计图') + '，数据见下表');
      this.table = table;
      this.usual = this.clientHeight;
      this.chart = window.echarts.init(this, null, { renderer: 'canvas' });
      this.draw();
      this.onResize = this.draw.bind(this);
      window.addEventListener('resize', this.onResize);
    }
    draw() {
      var tones = (this.getAttribute('data-tones') || '').split(' ').filter(Boolean).map(function (tone) { return TONES[tone]; });
      // Words grow with the size that the reader has chosen for the pages.
      var font = Math.round(parseFloat(window.getComputedStyle(document.documentElement).fontSize) * 0.8125);
      var found = options(this.getAttribute('data-kind') || 'bar', this.table, tones.length ? tones : COLOURS, this.clientWidth, font, window.getComputedStyle(this).fontFamily);
      this.style.height = found.height > this.usual ? found.height + 'px' : '';
      this.chart.resize();
      this.chart.setOption(found.option, true);
    }
    disconnectedCallback() {
      if (this.chart) { window.removeEventListener('resize', this.onResize); this.chart.dispose(); }
    }
  });
})();
