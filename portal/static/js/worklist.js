// worklist.js – <gj-keys>: j/k walk through the lines of the list, x ticks, ? shows the keys. Enter is the link's own.
// Single letters can be switched off (WCAG 2.1.4); the choice stays in this browser.
(function () {
  'use strict';
  var portal = window.portal, STORE = 'gj-keys';

  function isField(element) {
    return !!element && (/^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) && element.type !== 'checkbox' || element.isContentEditable);
  }
  function stored() {
    try { return window.localStorage.getItem(STORE); } catch (error) { return null; }
  }
  function store(value) {
    try { window.localStorage.setItem(STORE, value); } catch (error) { return; }
  }

  customElements.define('gj-keys', class extends HTMLElement {
    connectedCallback() {
      this.off = stored() === 'off';
      this.button = this.querySelector('[data-switch]');
      if (this.button) {
        this.button.hidden = false;
        this.button.addEventListener('click', this.turn.bind(this));
        this.name();
      }
      this.onKey = this.press.bind(this);
      document.addEventListener('keydown', this.onKey);
    }
    disconnectedCallback() { document.removeEventListener('keydown', this.onKey); }
    turn() { this.off = !this.off; store(this.off ? 'off' : 'on'); this.name(); }
    name() { this.button.textContent = this.off ? '启用字母快捷键' : '关闭字母快捷键'; }
    links() { return portal.all(this.parentNode.querySelector('gj-select') || document, 'td.gj-table__main a'); }
    row() {
      var here = document.activeElement && document.activeElement.closest ? document.activeElement.closest('tr') : null;
      return here && here.querySelector('td.gj-table__main a') ? here : document.querySelector('tr.is-here');
    }
    step(by) {
      var links = this.links(), row = this.row();
      var at = row ? links.indexOf(row.querySelector('td.gj-table__main a')) : (by > 0 ? -1 : links.length);
      var link = links[Math.min(Math.max(at + by, 0), links.length - 1)];
      if (!link) { return; }
      portal.all(document, 'tr.is-here').forEach(function (old) { old.classList.remove('is-here'); });
      link.closest('tr').classList.add('is-here');
      link.focus();
    }
    tick() {
      var box = this.row() && this.row().querySelector('input[data-one]');
      if (box) { box.click(); }
    }
    help() {
      var details = this.querySelector('details');
      details.open = true;
      details.querySelector('summary').focus();
    }
    press(event) {
      var inside = document.activeElement && document.activeElement.closest && document.activeElement.closest('.gj-table');
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isField(event.target)) { return; }
      var act = inside && { ArrowDown: this.step.bind(this, 1), ArrowUp: this.step.bind(this, -1) }[event.key];
      if (!act && !this.off) {
        act = { j: this.step.bind(this, 1), k: this.step.bind(this, -1), x: this.tick.bind(this), '?': this.help.bind(this), '？': this.help.bind(this) }[event.key];
      }
      if (!act) { return; }
      event.preventDefault();
      act();
    }
  });
})();
