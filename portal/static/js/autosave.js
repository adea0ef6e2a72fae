// autosave.js – <gj-autosave data-url data-version data-login data-compare> around a form.
// data-field: hidden field that carries the version, "version" unless said. POSTs the whole form (no files) with the header X-Section-Version.
// Answers: 200 {"version", "saved_at", "asked"?: names of the questions that apply now} · 409 {"compare": address} · 401 or the sign-in page · anything else = failed.
(function () {
  'use strict';
  var portal = window.portal, WAIT = 1500, RETRY = [5000, 15000, 30000];

  function isSignedOut(answer) {
    var kind = answer.headers.get('Content-Type') || '';
    return answer.status === 401 || (answer.redirected && kind.indexOf('json') < 0);
  }

  customElements.define('gj-autosave', class extends HTMLElement {
    connectedCallback() {
      this.form = this.querySelector('form');
      this.state = this.querySelector('[data-save-state]') || document.querySelector('[data-save-state]');
      if (!this.form || !this.state) { return; }
      this.dirty = false; this.busy = false; this.failures = 0; this.halted = false;
      // Fields elsewhere on the page may belong to the form by their form attribute.
      this.onTouch = function (event) {
        if (event.target.form === this.form && !this.form.contains(event.target)) { this.touch(event); }
      }.bind(this);
      this.form.addEventListener('input', this.touch.bind(this));
      this.form.addEventListener('change', this.touch.bind(this));
      document.addEventListener('input', this.onTouch);
      document.addEventListener('change', this.onTouch);
      this.form.addEventListener('submit', this.leave.bind(this));
      this.form.addEventListener('click', this.press.bind(this));
      this.onLeave = this.warn.bind(this);
      this.onHide = function () { if (document.hidden) { this.flush(); } }.bind(this);
      this.onOnline = this.flush.bind(this);
      window.addEventListener('beforeunload', this.onLeave);
      document.addEventListener('visibilitychange', this.onHide);
      window.addEventListener('online', this.onOnline);
    }
    disconnectedCallback() {
      clearTimeout(this.timer);
      document.removeEventListener('input', this.onTouch);
      document.removeEventListener('change', this.onTouch);
      window.removeEventListener('beforeunload', this.onLeave);
      document.removeEventListener('visibilitychange', this.onHide);
      window.removeEventListener('online', this.onOnline);
    }
    touch(event) {
      if (event && event.target && event.target.type === 'file') { return; }
      this.dirty = true;
      if (this.halted) { return; }
      this.show('editing', '有未保存的修改');
      // An answer that may bring other questions does not wait.
      this.plan(event && event.type === 'change' && this.conditional().length ? 0 : WAIT);
    }
    conditional() { return portal.all(this.form, '[data-when-asked]'); }
    plan(delay) {
      clearTimeout(this.timer);
      this.timer = setTimeout(this.save.bind(this), delay);
    }
    flush() { if (this.dirty && !this.halted) { this.save(); } }
    press(event) { this.pressed = event.target.closest ? event.target.closest('button') : null; }
    // An answer that is on its way brings the version this form must carry: the form waits for it.
    leave(event) {
      clearTimeout(this.timer);
      if (event && event.type === 'submit' && this.busy) { event.preventDefault(); this.waiting = true; return; }
      this.leaving = true;
    }
    settled() {
      this.busy = false;
      if (!this.waiting) { return; }
      this.waiting = false;
      if (this.halted) { return; }
      if (this.pressed) { this.pressed.click(); } else { this.leaving = true; this.form.submit(); }
    }
    warn(event) {
      if (this.leaving || !(this.dirty || this.busy)) { return; }
      this.flush();
      event.preventDefault();
      event.returnValue = '';
    }
    version() { return this.getAttribute('data-version') || '0'; }
    body() {
      var data = new FormData(this.form), copy = new FormData();
      data.forEach(function (value, name) { if (typeof value === 'string') { copy.append(name, value); } });
      return copy;
    }
    save() {
      clearTimeout(this.timer);
      if (this.busy || this.leaving) { if (this.busy) { this.plan(500); } return; }
      this.busy = true; this.dirty = false;
      this.show('saving', '正在保存…');
      fetch(this.getAttribute('data-url'), {
        method: 'POST', credentials: 'same-origin', body: this.body(),
        headers: { 'X-CSRFToken': portal.token(this.form), 'X-Section-Version': this.version(), 'Accept': 'application/json', 'X-Requested-With': 'fetch' }
      }).then(this.answered.bind(this)).catch(this.failed.bind(this)).then(this.settled.bind(this));
    }
    answered(answer) {
      if (isSignedOut(answer)) { this.dirty = true; this.signIn(); return null; }
      if (answer.status === 409) { return answer.json().catch(function () { return {}; }).then(this.conflict.bind(this)); }
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.json().then(this.saved.bind(this));
    }
    saved(data) {
      var field = this.form.querySelector('input[name=' + (this.getAttribute('data-field') || 'version') + ']');
      this.failures = 0;
      this.setAttribute('data-version', data.version);
      if (field) { field.value = data.version; }
      if (data.asked) { this.ask(data.asked); }
      if (this.dirty) { this.show('editing', '有未保存的修改'); return; }
      this.show('saved', '已保存 ' + (data.saved_at || portal.clock()));
      this.dispatchEvent(new CustomEvent('gj-saved', { bubbles: true, detail: data }));
    }
    ask(names) { portal.still(this.reveal.bind(this, names)); }
    reveal(names) {
      this.conditional().forEach(function (element) { element.hidden = names.indexOf(element.getAttribute('data-when-asked')) < 0; });
    }
    failed() {
      this.dirty = true;
      this.show('failed', '保存失败', [this.button('重试', this.save.bind(this))]);
      if (this.failures < RETRY.length) { this.plan(RETRY[this.failures]); this.failures += 1; }
    }
    conflict(data) {
      var link = portal.make('a', '查看两份内容的差别');
      this.dirty = true; this.halted = true;
      link.href = data.compare || this.getAttribute('data-compare') || location.href;
      link.addEventListener('click', this.leave.bind(this));
      this.show('failed', '他人已修改此部分，尚未保存您的内容。', [link]);
    }
    signIn() {
      var self = this, address = this.getAttribute('data-login') || '/accounts/login/';
      this.halted = true;
      this.show('failed', '登录已过期，内容仍在本页', [this.button('重新登录', this.signIn.bind(this))]);
      if (document.querySelector('dialog[open]')) { return; }
      portal.dialog('登录已过期', '您填写的内容仍保留在本页。请在新窗口重新登录，然后回到这里继续保存。', [
        { label: '打开登录窗口', className: 'btn-primary', act: function () { window.open(address, '_blank', 'noopener'); return false; } },
        { label: '我已登录，继续保存', act: function (box) { self.resume(box); return false; } }
      ]);
    }
    resume(box) {
      var self = this;
      portal.renewToken().catch(function () { return false; }).then(function (ok) {
        if (!ok) { box.querySelector('p').textContent = '还没有检测到登录。请先在新窗口完成登录，再点“我已登录，继续保存”。'; return; }
        box.close(); self.halted = false; self.save();
      });
    }
    button(label, act) {
      var element = portal.make('button', label, 'btn btn-sm btn-outline-secondary');
      element.type = 'button';
      element.addEventListener('click', act);
      return element;
    }
    show(state, text, extras) { portal.still(this.paint.bind(this, state, text, extras)); }
    paint(state, text, extras) {
      this.state.setAttribute('data-state', state);
      this.state.textContent = text;
      (extras || []).forEach(function (extra) {
        this.state.appendChild(document.createTextNode(' '));
        this.state.appendChild(extra);
      }, this);
    }
  });
})();
