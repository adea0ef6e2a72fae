// review.js – reviewers: flags fill the list of issues, points are counted, the verb of the button follows the conclusion.
(function () {
  'use strict';
  var portal = window.portal;

  // <gj-issues> lists every checked input[data-flag]; its <template> is one line with a note field.
  customElements.define('gj-issues', class extends HTMLElement {
    connectedCallback() {
      this.onChange = function (event) { if (event.target.matches('input[data-flag]')) { this.sync(event.target); } }.bind(this);
      document.addEventListener('change', this.onChange);
      portal.all(document, 'input[data-flag]').forEach(this.sync, this);
    }
    disconnectedCallback() { document.removeEventListener('change', this.onChange); }
    line(value) {
      return portal.all(this, 'li[data-for]').filter(function (li) { return li.getAttribute('data-for') === value; })[0];
    }
    sync(box) {
      var line = this.line(box.value), cell = box.closest('dd, td, li, .gj-mat');
      if (cell) { cell.classList.toggle('is-flagged', box.checked); }
      if (box.checked && !line) { this.append(box); }
      if (!box.checked && line) { line.remove(); }
      this.show();
    }
    append(box) {
      var copy = document.importNode(this.querySelector('template').content, true), li = copy.querySelector('li');
      li.setAttribute('data-for', box.value);
      portal.all(li, '[data-name]').forEach(function (e) { e.textContent = box.getAttribute('data-flag'); });
      portal.all(li, 'input').forEach(function (input) {
        input.name = input.name.split('__field__').join(box.value);
        input.setAttribute('aria-label', box.getAttribute('data-flag') + '：需补正的内容');
      });
      this.querySelector('ul').appendChild(copy);
    }
    show() {
      var count = portal.all(this, 'li[data-for]').length, empty = this.querySelector('[data-empty]');
      if (empty) { empty.hidden = count > 0; }
      portal.all(document, '[data-issue-count]').forEach(function (e) { e.textContent = String(count); });
    }
  });

  // <gj-decision> around the conclusion: input[data-verb] names the button, [data-when="a b"] belongs to these values.
  customElements.define('gj-decision', class extends HTMLElement {
    connectedCallback() {
      this.addEventListener('change', this.show.bind(this));
      this.show();
    }
    show() {
      var chosen = this.querySelector('input[data-verb]:checked');
      portal.all(this, '[data-when]').forEach(function (part) {
        part.hidden = !chosen || part.getAttribute('data-when').split(' ').indexOf(chosen.value) < 0;
      });
      portal.all(document, '[data-decide]').forEach(function (button) {
        if (chosen) { button.textContent = chosen.getAttribute('data-verb'); }
      });
    }
  });

  // <gj-points> counts the judged points into [data-point-count].
  customElements.define('gj-points', class extends HTMLElement {
    connectedCallback() {
      this.addEventListener('change', this.show.bind(this));
      this.show();
    }
    show() {
      var judged = portal.all(this, 'fieldset').filter(function (set) { return set.querySelector('input:checked'); }).length;
      portal.all(document, '[data-point-count]').forEach(function (e) { e.textContent = String(judged); });
    }
  });
})();
