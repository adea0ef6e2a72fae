// score.js – <gj-score> around a score sheet: live subtotals and total, in whole hundredths so that sums are exact.
(function () {
  'use strict';
  var portal = window.portal;

  function hundredths(text) {
    var match = /^\s*(-?)(\d+)(?:\.(\d{1,2}))?\s*$/.exec(text || '');
    if (!match) { return null; }
    return (match[1] ? -1 : 1) * (Number(match[2]) * 100 + Number(((match[3] || '') + '00').slice(0, 2)));
  }
  function written(value) {
    var sign = value < 0 ? '-' : '', whole = Math.floor(Math.abs(value) / 100), rest = Math.abs(value) % 100;
    return sign + whole + (rest ? '.' + (rest % 10 ? (rest < 10 ? '0' : '') + rest : rest / 10) : '');
  }

  customElements.define('gj-score', class extends HTMLElement {
    connectedCallback() {
      this.addEventListener('input', this.show.bind(this));
      this.show();
    }
    points(field) {
      var value = hundredths(field.value), max = hundredths(field.getAttribute('data-max'));
      var bad = field.value.trim() !== '' && (value === null || value < 0 || (max !== null && value > max));
      field.classList.toggle('is-invalid', bad);
      field.setAttribute('aria-invalid', String(bad));
      if (value === null || bad) { return null; }
      return field.getAttribute('data-way') === 'deduct' ? max - value : value;
    }
    show() {
      var total = 0, open = 0, groups = {};
      portal.all(this, 'input[data-score]').forEach(function (field) {
        var value = this.points(field), group = field.getAttribute('data-group') || '';
        if (value === null) { open += 1; return; }
        total += value;
        groups[group] = (groups[group] || 0) + value;
      }, this);
      portal.all(this, '[data-subtotal]').forEach(function (e) { e.textContent = written(groups[e.getAttribute('data-subtotal')] || 0); });
      portal.all(document, '[data-total]').forEach(function (e) { e.textContent = written(total); });
      portal.all(document, '[data-open]').forEach(function (e) { e.textContent = String(open); });
    }
  });
})();
