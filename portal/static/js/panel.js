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

  // What a clock says in words, and how that word is coloured.
  var SAID = { on: ['计时中', 'blue'], last: ['不足 1 分钟', 'gold'], over: ['已超时', 'red'], paused: ['已暂停', 'gray'] };

  // The end is kept as a moment, so a tab that slept or was loaded again shows the right time.
  customElements.define('gj-timer', class extends HTMLElement {
    connectedCallback() {
      var self = this;
      this.face = this.querySelector('[data-face]');
      this.note = this.querySelector('[data-note]');
      this.button = this.querySelector('[data-turn]');
      this.again = this.querySelector('[data-again]');
      if (!this.face || !this.button) { return; }
      this.whole = Number(this.getAttribute('data-minutes')) * 60;
      this.name = 'gj-timer:' + this.getAttribute('data-key');
      this.left = this.whole;
      this.begun = false;
      this.button.hidden = false;
      this.button.addEventListener('click', function () { if (self.ticking) { self.stop(); } else { self.start(); } });
      this.again.addEventListener('click', function () { self.reset(); });
      this.recall();
      this.show();
    }
    disconnectedCallback() { clearInterval(this.ticking); }
    start() {
      var self = this;
      portal.all(document, 'gj-timer').forEach(function (other) { if (other !== self && other.ticking) { other.stop(); } });
      this.run(Date.now() + this.left * 1000);
    }
    run(end) {
      this.begun = true;
      this.end = end;
      this.ticking = setInterval(this.show.bind(this), 250);
      this.keep();
      this.show();
    }
    stop() {
      this.left = this.remaining();
      clearInterval(this.ticking);
      this.ticking = null;
      this.keep();
      this.show();
    }
    reset() {
      clearInterval(this.ticking);
      this.ticking = null;
      this.begun = false;
      this.left = this.whole;
      this.keep();
      this.show();
    }
    remaining() { return Math.round((this.end - Date.now()) / 1000); }
    // Only for this tab, and nothing but the time: storage may be switched off, then a reload begins anew.
    keep() {
      try { sessionStorage.setItem(this.name, JSON.stringify(this.ticking ? { end: this.end } : { left: this.left, begun: this.begun })); } catch (error) { this.kept = null; }
    }
    recall() {
      var known = null;
      try { known = JSON.parse(sessionStorage.getItem(this.name)); } catch (error) { known = null; }
      if (known && typeof known.end === 'number') { this.run(known.end); } else if (known && typeof known.left === 'number') { this.left = known.left; this.begun = Boolean(known.begun); }
    }
    show() {
      var seconds = this.ticking ? this.remaining() : this.left;
      var state = seconds < 0 ? 'over' : seconds <= 60 ? 'last' : 'on';
      var said = !this.begun ? ['', 'gray'] : SAID[this.ticking ? state : 'paused'];
      this.face.textContent = clock(seconds);
      this.face.setAttribute('data-state', state);
      this.button.textContent = this.ticking ? '暂停' : this.begun ? '继续' : '开始';
      this.again.hidden = Boolean(this.ticking) || !this.begun;
      // Written only when it changes, so that it is read out once.
      if (this.note.textContent !== said[0]) { this.note.textContent = said[0]; this.note.className = 'gj-tag gj-tag--' + said[1]; }
      this.classList.toggle('is-on', Boolean(this.ticking));
      this.parentNode.classList.toggle('is-heard', Boolean(this.ticking));
    }
  });
})();
