// fieldwork.js – <gj-fieldwork data-url data-photos> around the form of a visit and its photo form.
// What is typed or photographed stays in the memory of this page until the server has it; nothing is
// written into the browser's storage. A lost connection is tried again with growing pauses.
(function () {
  'use strict';
  var portal = window.portal, WAIT = 1200, FIRST = 2000, LONGEST = 60000;

  function signedOut(answer) {
    var kind = answer.headers.get('Content-Type') || '';
    return answer.status === 401 || (answer.redirected && kind.indexOf('json') < 0);
  }
  // A key of its own for each photo: sent twice, it is kept once.
  function newKey() {
    var bytes = window.crypto.getRandomValues(new Uint8Array(16)), text;
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    text = Array.prototype.map.call(bytes, function (byte) { return ('0' + byte.toString(16)).slice(-2); }).join('');
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
  }
  function refused(answer) {
    return answer.json().catch(function () { return {}; }).then(function (data) {
      var error = new Error(data.error || '未能保存，请刷新页面查看。');
      error.final = true;
      throw error;
    });
  }
  // The server answered, with yes or a sentence; anything else is a bad connection and is tried again.
  function read(answer) {
    var error;
    if (signedOut(answer)) {
      error = new Error('登录已过期：内容仍在本页，请在新窗口登录后点“重试”。');
      error.final = true; error.login = true;
      throw error;
    }
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429) { return refused(answer); }
    if (!answer.ok) { throw new Error(String(answer.status)); }
    return answer.json();
  }
  function post(url, body, form) {
    return fetch(url, {
      method: 'POST', credentials: 'same-origin', body: body,
      headers: { 'X-CSRFToken': portal.token(form), 'Accept': 'application/json' }
    }).then(read);
  }

  customElements.define('gj-fieldwork', class extends HTMLElement {
    connectedCallback() {
      this.form = this.querySelector('#fieldwork');
      this.state = this.querySelector('[data-save-state]');
      this.dirty = false; this.busy = false; this.pause = FIRST; this.queue = [];
      if (!this.form || !this.state) { return; }
      this.form.addEventListener('input', this.touch.bind(this));
      this.form.addEventListener('change', this.touch.bind(this));
      this.form.addEventListener('submit', this.now.bind(this));
      this.photos();
      this.onOnline = this.resume.bind(this);
      this.onLeave = this.warn.bind(this);
      window.addEventListener('online', this.onOnline);
      window.addEventListener('beforeunload', this.onLeave);
    }
    disconnectedCallback() {
      clearTimeout(this.timer);
      window.removeEventListener('online', this.onOnline);
      window.removeEventListener('beforeunload', this.onLeave);
    }
    touch() {
      this.dirty = true;
      this.show('editing', '有未保存的修改');
      this.plan(WAIT);
    }
    now(event) { event.preventDefault(); this.dirty = true; this.save(); }
    plan(delay) { clearTimeout(this.timer); this.timer = setTimeout(this.save.bind(this), delay); }
    resume() {
      this.pause = FIRST;
      if (this.dirty) { this.save(); }
      this.send();
    }
    warn(event) {
      if (!this.dirty && !this.busy && !this.queue.length) { return; }
      event.preventDefault();
      event.returnValue = '';
    }
    save() {
      clearTimeout(this.timer);
      if (this.busy) { this.plan(500); return; }
      this.busy = true; this.dirty = false;
      this.show('saving', '正在保存…');
      post(this.getAttribute('data-url'), new FormData(this.form), this.form)
        .then(this.saved.bind(this)).catch(this.failed.bind(this))
        .then(function () { this.busy = false; }.bind(this));
    }
    saved(data) {
      var form = this.form;
      this.pause = FIRST;
      Object.keys(data.seen || {}).forEach(function (name) {
        var field = form.querySelector('input[name="seen-' + name + '"]');
        if (field) { field.value = data.seen[name]; }
      });
      if (this.dirty) { this.show('editing', '有未保存的修改'); return; }
      this.show('saved', '已保存 ' + (data.saved_at || portal.clock()));
    }
    failed(error) {
      this.dirty = true;
      if (error.final) { this.show('failed', error.message, true); return; }
      this.show('failed', '没有网络，内容保留在本页，恢复后自动保存', true);
      this.plan(this.pause);
      this.pause = Math.min(this.pause * 2, LONGEST);
    }
    show(state, text, retry) { portal.still(this.paint.bind(this, state, text, retry)); }
    paint(state, text, retry) {
      var button;
      this.state.setAttribute('data-state', state);
      this.state.textContent = text;
      if (!retry) { return; }
      button = portal.make('button', '重试', 'btn btn-sm btn-outline-secondary ms-2');
      button.type = 'button';
      button.addEventListener('click', this.again.bind(this));
      this.state.appendChild(button);
    }
    again() {
      portal.renewToken().catch(function () { return false; }).then(this.resume.bind(this));
    }

    photos() {
      var form = this.querySelector('[data-photo-form]');
      this.photoForm = form;
      if (!form) { return; }
      this.photoState = form.querySelector('[data-photo-state]');
      this.list = this.querySelector('[data-photo-list]');
      form.querySelector('[data-no-js]').hidden = true;
      form.addEventListener('submit', function (event) { event.preventDefault(); });
      form.querySelector('input[type=file]').addEventListener('change', this.take.bind(this));
    }
    take(event) {
      var input = event.target;
      Array.prototype.forEach.call(input.files, function (file) {
        this.queue.push({ file: file, key: newKey() });
      }, this);
      input.value = '';
      this.send();
    }
    send() {
      var next = this.queue[0], body;
      if (!next || this.sending) { return; }
      clearTimeout(this.photoTimer);
      this.sending = true;
      this.tell('正在上传，还有 ' + this.queue.length + ' 张');
      body = new FormData();
      body.append('photo', next.file);
      body.append('key', next.key);
      post(this.getAttribute('data-photos'), body, this.photoForm)
        .then(this.sent.bind(this)).catch(this.unsent.bind(this));
    }
    sent(data) {
      var row = portal.make('li'), link = portal.make('a', data.name);
      link.href = data.url;
      row.appendChild(link);
      this.list.appendChild(row);
      this.queue.shift();
      this.sending = false; this.photoPause = FIRST;
      this.tell(this.queue.length ? '' : '照片已全部上传');
      this.send();
    }
    unsent(error) {
      var pause = this.photoPause || FIRST;
      this.sending = false;
      if (error.final && !error.login) {
        this.tell(this.queue[0].file.name + '：' + error.message);
        this.queue.shift();
        if (this.queue.length) { this.send(); }
        return;
      }
      this.tell(error.login ? error.message : '没有网络，' + this.queue.length + ' 张照片保留在本页，恢复后自动上传');
      this.photoTimer = setTimeout(this.send.bind(this), pause);
      this.photoPause = Math.min(pause * 2, LONGEST);
    }
    tell(text) { portal.still(function () { this.photoState.textContent = text; }.bind(this)); }
  });
})();
