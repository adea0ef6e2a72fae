// chart.js – <gj-chart data-kind="bar|line|pie" data-table="id"> draws the numbers of the table beneath it.
// First column: names; other columns: one series each, in the colours of data-tones where they mean something. Needs ECharts, which statistics pages load themselves.
(function () {
  'use strict';
  var portal = window.portal, COLOURS = ['#0958d9', '#c27a00', '#1d6b2a', '#a8071a', '#5b3a8c', '#0e7490'];
  var TONES = { green: '#1d6b2a', gold: '#c27a00', red: '#a8071a', gray: '#86909c', blue: '#0958d9' };

  function cells(row) { return portal.all(row, 'th, td').map(function (cell) { return cell.textContent.trim(); }); }
  function number(text) { return Number(text.replace(/[,，%\s]/g, '')) || 0; }
  function options(kind, table, tones) {
    var head = cells(table.tHead.rows[0]).slice(1), rows = Array.prototype.map.call(table.tBodies[0].rows, cells);
    var base = { color: tones.length ? tones.map(function (tone) { return TONES[tone]; }) : COLOURS, animation: false, tooltip: { renderMode: 'richText', trigger: kind === 'pie' ? 'item' : 'axis' }, legend: { bottom: 0 }, textStyle: { fontFamily: 'inherit', fontSize: 13 } };
    if (kind === 'pie') {
      base.series = [{ type: 'pie', radius: ['42%', '68%'], center: ['50%', '45%'], label: { formatter: '{b} {c}' }, data: rows.map(function (r) { return { name: r[0], value: number(r[1]) }; }) }];
      return base;
    }
    base.grid = { left: 8, right: 16, top: 16, bottom: 36, containLabel: true };
    base.xAxis = { type: 'category', data: rows.map(function (r) { return r[0]; }), axisLabel: { color: '#4e5969' } };
    base.yAxis = { type: 'value', minInterval: 1, axisLabel: { color: '#4e5969' } };
    // Shares have another measure than counts: they stay in the table.
    base.series = head.map(function (name, i) {
      return { name: name, type: kind, barMaxWidth: 34, data: rows.map(function (r) { return number(r[i + 1]); }) };
    }).filter(function (one, i) { return !rows.some(function (r) { return /%$/.test(r[i + 1]); }); });
    return base;
  }

  customElements.define('gj-chart', class extends HTMLElement {
    connectedCallback() {
      var table = document.getElementById(this.getAttribute('data-table'));
      if (!table || !window.echarts) { this.hidden = true; return; }
      this.hidden = false;
      this.className = 'gj-chart d-block';
      this.setAttribute('role', 'img');
      this.setAttribute('aria-label', (table.caption ? table.caption.textContent.trim() : '统计图') + '，数据见下表');
      this.chart = window.echarts.init(this, null, { renderer: 'canvas' });
      this.chart.setOption(options(this.getAttribute('data-kind') || 'bar', table, (this.getAttribute('data-tones') || '').split(' ').filter(Boolean)));
      this.onResize = function () { this.chart.resize(); }.bind(this);
      window.addEventListener('resize', this.onResize);
    }
    disconnectedCallback() {
      if (this.chart) { window.removeEventListener('resize', this.onResize); this.chart.dispose(); }
    }
  });
})();
