// counter.js – 字数 beside a text field, counted as Word counts (portal/common/wordcount.py is the authority).
(function () {
  'use strict';
  var WIDE = /[\u231a\u231b\u2329\u232a\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2e80-\u2e99\u2e9b-\u2ef3\u2f00-\u2fd5\u2ff0-\u303e\u3041-\u3096\u3099-\u30ff\u3105-\u312f\u3131-\u318e\u3190-\u31e5\u31ef-\u321e\u3220-\u3247\u3250-\ua48c\ua490-\ua4c6\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe52\ufe54-\ufe66\ufe68-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6c5}\u{1f900}-\u{1f9ff}\u{20000}-\u{2fffd}\u{30000}-\u{3fffd}]/u;
  var EITHER = /[“”‘’…—–·•§×÷±°√□■○●◇◆△▲☆★→←①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]/u;
  var BLANK = /[\s\u001c-\u001f\u0085]|\p{Cc}/u;
  var UNSEEN = /\p{Cf}|\p{Mn}|\p{Me}/u;

  function kind(char) {
    if (char === '\ufeff') { return ''; }
    if (BLANK.test(char)) { return 'blank'; }
    if (UNSEEN.test(char)) { return ''; }
    if (EITHER.test(char)) { return 'either'; }
    return WIDE.test(char) ? 'wide' : 'word';
  }
  function count(text) {
    var runs = [], total = 0, inside = false;
    Array.from(text).forEach(function (char) {
      var one = kind(char), last = runs[runs.length - 1];
      if (!one) { return; }
      if (last && last.kind === one) { last.length += 1; } else { runs.push({ kind: one, length: 1 }); }
    });
    runs.forEach(function (run, i) {
      var near = (runs[i - 1] && runs[i - 1].kind === 'wide') || (runs[i + 1] && runs[i + 1].kind === 'wide');
      var each = run.kind === 'wide' || (run.kind === 'either' && near);
      if (each) { total += run.length; } else if (run.kind !== 'blank' && !inside) { total += 1; }
      inside = run.kind !== 'blank' && !each;
    });
    return total;
  }
  window.portal.count = count;

  customElements.define('gj-counter', class extends HTMLElement {
    connectedCallback() {
      var field = document.getElementById(this.getAttribute('for'));
      if (!field) { return; }
      this.field = field;
      this.listener = this.show.bind(this);
      field.addEventListener('input', this.listener);
      this.show();
    }
    disconnectedCallback() { if (this.field) { this.field.removeEventListener('input', this.listener); } }
    show() {
      var words = count(this.field.value), text = '已写 ' + words + ' 字';
      var max = Number(this.getAttribute('data-max')) || 0, min = Number(this.getAttribute('data-min')) || 0;
      var over = max > 0 && words > max;
      if (over) { text += '，超出 ' + (words - max) + ' 字（上限 ' + max + ' 字）'; }
      else if (min > 0 && words < min) { text += '，至少还需 ' + (min - words) + ' 字'; }
      else if (max > 0) { text += '，还可写 ' + (max - words) + ' 字'; }
      this.textContent = text;
      this.classList.toggle('gj-count--over', over);
    }
  });
})();
