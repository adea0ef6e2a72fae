// folds.js – <gj-folds> around <details class="gj-fold" open>: with JavaScript they are folded until asked for; without
// it, and on paper, everything stands open.
(function () {
  'use strict';
  var portal = window.portal;

  customElements.define('gj-folds', class extends HTMLElement {
    connectedCallback() {
      this.before = null;
      this.onHash = this.unfold.bind(this);
      this.onPrint = this.print.bind(this);
      this.onPrinted = this.restore.bind(this);
      this.folds().forEach(function (fold) { fold.open = false; });
      this.addButton();
      this.unfold();
      window.addEventListener('hashchange', this.onHash);
      // Following the same link again changes no address.
      document.addEventListener('click', this.onClick = function (event) {
        var link = event.target.closest ? event.target.closest('a[href^="#"]') : null;
        if (link && link.hash === location.hash) { this.unfold(); }
      }.bind(this));
      window.addEventListener('beforeprint', this.onPrint);
      window.addEventListener('afterprint', this.onPrinted);
    }
    disconnectedCallback() {
      window.removeEventListener('hashchange', this.onHash);
      document.removeEventListener('click', this.onClick);
      window.removeEventListener('beforeprint', this.onPrint);
      window.removeEventListener('afterprint', this.onPrinted);
    }
    folds() { return portal.all(this, 'details.gj-fold'); }
    addButton() {
      var self = this, button = portal.make('button', '全部展开', 'btn btn-sm btn-outline-secondary gj-noprint');
      button.type = 'button';
      button.addEventListener('click', function () {
        var open = button.textContent === '全部展开';
        self.folds().forEach(function (fold) { fold.open = open; });
        button.textContent = open ? '全部收起' : '全部展开';
      });
      this.insertBefore(button, this.firstChild);
    }
    unfold() {
      var target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
      var fold = target && target.closest ? target.closest('details.gj-fold') : null;
      if (!fold || !this.contains(fold)) { return; }
      fold.open = true;
      target.scrollIntoView();
    }
    print() {
      this.before = this.folds().map(function (fold) { return fold.open; });
      this.folds().forEach(function (fold) { fold.open = true; });
    }
    restore() {
      var before = this.before || [];
      this.folds().forEach(function (fold, place) { if (place in before) { fold.open = before[place]; } });
    }
  });
})();
