// ticks.js – <gj-ticks> around the form that confirms one file: each tick is sent as it is made, so none is lost
// when another file's ticks are saved. A link followed meanwhile waits for the answer.
(function () {
  'use strict';
  var portal = window.portal, pending = 0, onward = '';

  function settled() {
    pending -= 1;
    if (!pending && onward) { location.href = onward; }
  }
  document.addEventListener('click', function (event) {
    var link = event.target.closest ? event.target.closest('a[href]') : null;
    if (!pending || !link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    onward = link.href;
  }, true);

  customElements.define('gj-ticks', class extends HTMLElement {
    connectedCallback() {
      this.form = this.querySelector('form');
      this.state = this.querySelector('[data-ticks-state]');
      this.button = this.querySelector('[data-no-js]');
      if (!this.form || !this.state || !this.button) { return; }
      this.button.hidden = true;
      this.busy = false; this.again = false;
      this.form.addEventListener('change', this.send.bind(this));
    }
    send() {
      if (this.busy) { this.again = true; return; }
      this.busy = true; pending += 1;
      this.say('正在保存…');
      fetch(this.form.action, {
        method: 'POST', credentials: 'same-origin', keepalive: true, body: new FormData(this.form),
        headers: { 'X-CSRFToken': portal.token(this.form), 'X-Requested-With': 'fetch' }
      }).then(this.answered.bind(this)).catch(this.failed.bind(this)).then(this.done.bind(this));
    }
    answered(answer) {
      if (answer.status !== 204) { throw new Error(String(answer.status)); }
      this.say('已保存');
    }
    failed() {
      this.say('没有保存，请点“保存确认”重试。');
      this.button.hidden = false;
      onward = '';
    }
    done() {
      this.busy = false;
      if (this.again) { this.again = false; this.send(); }
      settled();
    }
    say(text) { portal.still(this.paint.bind(this, text)); }
    paint(text) { this.state.textContent = text; }
  });
})();
