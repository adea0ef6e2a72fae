// forms.js – leave warning (form[data-warn-leave]), confirmation ([data-confirm]), one submit at a time, select all.
(function () {
  'use strict';
  var portal = window.portal, dirty = false;

  document.addEventListener('input', function (event) {
    if (event.target.form && event.target.form.hasAttribute('data-warn-leave')) { dirty = true; }
  });
  window.addEventListener('beforeunload', function (event) {
    if (dirty) { event.preventDefault(); event.returnValue = ''; }
  });

  document.addEventListener('click', function (event) {
    var button = event.target.closest ? event.target.closest('button[data-confirm]') : null;
    if (!button || button.hasAttribute('data-confirmed') || !window.HTMLDialogElement) { return; }
    event.preventDefault();
    portal.dialog(button.getAttribute('data-confirm-title') || '请确认', button.getAttribute('data-confirm'), [
      { label: button.getAttribute('data-confirm-label') || button.textContent.trim(), className: button.classList.contains('btn-danger') ? 'btn-danger' : 'btn-primary', act: function () { button.setAttribute('data-confirmed', ''); button.click(); button.removeAttribute('data-confirmed'); } },
      { label: '取消' }
    ]);
  });

  document.addEventListener('submit', function (event) {
    var form = event.target;
    dirty = false;
    if (event.defaultPrevented || form.method !== 'post') { return; }
    if (form.hasAttribute('data-sent')) { event.preventDefault(); return; }
    form.setAttribute('data-sent', '');
    var busy = form.querySelector('[data-busy]');
    // Long work says so and is sent once; it works again when somebody comes back to the page.
    if (busy) { busy.textContent = busy.getAttribute('data-busy'); return; }
    // Back from the next page, or an answer that is a file: the form must work again.
    setTimeout(function () { form.removeAttribute('data-sent'); }, 4000);
  });
  window.addEventListener('pageshow', function (event) {
    if (!event.persisted) { return; }
    portal.all(document, 'form[data-sent]').forEach(function (form) {
      form.removeAttribute('data-sent');
      portal.all(form, '[data-busy]').forEach(function (busy) { busy.textContent = ''; });
    });
  });

  customElements.define('gj-select', class extends HTMLElement {
    connectedCallback() {
      this.addEventListener('change', function (event) {
        if (event.target.hasAttribute('data-all')) {
          this.boxes().forEach(function (box) { box.checked = event.target.checked; });
        }
        this.show();
      }.bind(this));
      this.show();
    }
    boxes() { return portal.all(this, 'input[data-one]'); }
    show() {
      var boxes = this.boxes(), on = boxes.filter(function (box) { return box.checked; }).length;
      var all = this.querySelector('input[data-all]'), out = this.querySelector('[data-count]');
      if (out) { out.textContent = String(on); }
      if (all) { all.checked = on > 0 && on === boxes.length; all.indeterminate = on > 0 && on < boxes.length; }
    }
  });
})();
