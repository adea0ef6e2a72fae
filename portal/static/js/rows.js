// rows.js – <gj-rows data-max> around a repeating table. Without JavaScript the same buttons submit the form.
// Row inputs are named <group>-<row id>-<field>; the hidden inputs <group>-rows give the rows and their order.
(function () {
  'use strict';
  var portal = window.portal;

  function newId() {
    var bytes = new Uint8Array(8);
    crypto.getRandomValues(bytes);
    return 'r' + Array.prototype.map.call(bytes, function (b) { return (b < 16 ? '0' : '') + b.toString(16); }).join('');
  }

  customElements.define('gj-rows', class extends HTMLElement {
    connectedCallback() {
      this.body = this.querySelector('tbody');
      this.pattern = this.querySelector('template');
      if (!this.body || !this.pattern) { return; }
      this.addEventListener('click', this.act.bind(this));
      this.number();
    }
    rows() { return portal.all(this.body, 'tr[data-row]'); }
    act(event) {
      var button = event.target.closest('button[data-do]'), row = event.target.closest('tr[data-row]');
      if (!button) { return; }
      event.preventDefault();
      this[button.getAttribute('data-do')](row, button);
      this.number();
      this.body.dispatchEvent(new Event('input', { bubbles: true }));
    }
    add() {
      var id = newId(), copy = document.importNode(this.pattern.content, true);
      var row = copy.querySelector('tr');
      portal.all(row, '*').concat([row]).forEach(function (element) {
        ['id', 'name', 'for', 'value', 'aria-describedby', 'data-row'].forEach(function (attribute) {
          var value = element.getAttribute(attribute);
          if (value && value.indexOf('__row__') >= 0) { element.setAttribute(attribute, value.split('__row__').join(id)); }
        });
      });
      this.body.appendChild(copy);
      var first = row.querySelector('input:not([type=hidden]), select, textarea');
      if (first) { first.focus(); }
    }
    remove(row) {
      var next = row.nextElementSibling || row.previousElementSibling, filled = false;
      portal.all(row, 'input:not([type=hidden]), textarea').forEach(function (field) { filled = filled || field.value !== ''; });
      if (filled && !window.confirm('删除这一行？已填内容将一并删除。')) { return; }
      row.remove();
      var target = next ? next.querySelector('button[data-do=remove]') : this.querySelector('button[data-do=add]');
      if (target) { target.focus(); }
    }
    up(row, button) { if (row.previousElementSibling) { this.body.insertBefore(row, row.previousElementSibling); button.focus(); } }
    down(row, button) { if (row.nextElementSibling) { this.body.insertBefore(row.nextElementSibling, row); button.focus(); } }
    number() {
      var rows = this.rows(), max = Number(this.getAttribute('data-max')) || 0, add = this.querySelector('button[data-do=add]');
      rows.forEach(function (row, i) {
        var cell = row.querySelector('[data-number]'), up = row.querySelector('[data-do=up]'), down = row.querySelector('[data-do=down]');
        if (cell) { cell.textContent = String(i + 1); }
        if (up) { up.disabled = i === 0; }
        if (down) { down.disabled = i === rows.length - 1; }
      });
      if (add) { add.disabled = max > 0 && rows.length >= max; }
      var empty = this.querySelector('[data-empty]');
      if (empty) { empty.hidden = rows.length > 0; }
    }
  });
})();
