// panel.js – the expert's sheet shows the total the server worked out; <gj-timer> counts a hearing down.
(function () {
  'use strict';
  var portal = window.portal;

  document.addEventListener('gj-saved', function (event) {
    var total = event.detail && event.detail.total;
    if (typeof total !== 'string') { return; }
    portal.all(document, '[data-server-total]:not([data-total])').forEach(function (e) { e.textContent = total; });
  });

  function clock(seconds) {
    var left = Math.abs(seconds), minutes = Math.floor(left / 60), rest = left % 60;
    return (seconds < 0 ? '超时 ' : '') + (minutes < 10 ? '0' : '') + minutes + ':' + (rest < 10 ? '0' : '') + rest;
  }

  // The end is kept as a moment, so a tab that slept shows the right time when it wakes.
  customElements.define('gj-timer', class extends HTMLElement {
    connectedCallback() {
      var self = this;
      this.face = this.querySelector('[data-face]');
      this.button = this.querySelector('button');
      if (!this.face || !this.button) { return; }
      this.whole = Number(this.getAttribute('data-minutes')) * 60;
      this.left = this.whole;
      this.button.hidden = false;
      this.button.addEventListener('click', function () { self.turn(); });
      this.show();
    }
    disconnectedCallback() { clearInterval(this.ticking); }
    turn() {
      if (this.ticking) {
        clearInterval(this.ticking); this.ticking = null;
        this.left = this.remaining();
        this.button.textContent = '继续';
        return;
      }
      this.end = Date.now() + this.left * 1000;
      this.ticking = setInterval(this.show.bind(this), 250);
      this.button.textContent = '暂停';
    }
    remaining() { return Math.round((this.end - Date.now()) / 1000); }
    show() {
      var seconds = this.ticking ? this.remaining() : this.left;
      this.face.textContent = clock(seconds);
      this.face.setAttribute('data-state', seconds < 0 ? 'over' : seconds <= 60 ? 'last' : 'on');
    }
  });
})();
