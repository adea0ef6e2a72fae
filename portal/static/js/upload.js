// upload.js – <gj-upload data-max-bytes> around a multipart form: sends on choosing or dropping, shows progress,
// then replaces the element named by data-target with the same element of the answered page.
(function () {
  'use strict';
  var portal = window.portal;

  customElements.define('gj-upload', class extends HTMLElement {
    connectedCallback() {
      this.form = this.querySelector('form');
      this.input = this.querySelector('input[type=file]');
      if (!this.form || !this.input) { return; }
      var drop = this.querySelector('.gj-drop') || this;
      this.input.addEventListener('change', this.send.bind(this));
      ['dragover', 'dragleave', 'drop'].forEach(function (name) {
        drop.addEventListener(name, function (event) {
          event.preventDefault();
          drop.classList.toggle('is-over', name === 'dragover');
          if (name === 'drop' && event.dataTransfer.files.length) { this.input.files = event.dataTransfer.files; this.send(); }
        }.bind(this));
      }, this);
      portal.all(this, '[data-no-js]').forEach(function (element) { element.hidden = true; });
    }
    refusal(files) {
      var limit = Number(this.getAttribute('data-max-bytes')) || 0;
      var kinds = (this.input.accept || '').toLowerCase().split(',').map(function (k) { return k.trim(); }).filter(Boolean);
      return files.map(function (file) {
        var ending = '.' + file.name.toLowerCase().split('.').pop();
        if (limit && file.size > limit) { return '“' + file.name + '”有 ' + (file.size / 1048576).toFixed(1) + ' MB，超过 ' + (limit / 1048576) + ' MB 的上限，请压缩后再传。'; }
        if (kinds.length && kinds.indexOf(ending) < 0 && kinds.indexOf(file.type) < 0) { return '“' + file.name + '”的格式不在可接收范围内（' + kinds.join('、') + '）。'; }
        return '';
      }).filter(Boolean)[0] || '';
    }
    say(text, bad) {
      var place = this.querySelector('[data-upload-state]');
      place.textContent = text;
      place.classList.toggle('gj-count--over', Boolean(bad));
    }
    send() {
      var files = Array.prototype.slice.call(this.input.files), self = this;
      if (!files.length) { return; }
      var no = this.refusal(files);
      if (no) { this.say(no, true); this.input.value = ''; return; }
      var bar = this.querySelector('progress'), request = new XMLHttpRequest();
      bar.hidden = false;
      request.upload.addEventListener('progress', function (event) {
        if (!event.lengthComputable) { return; }
        bar.max = event.total; bar.value = event.loaded;
        self.say('正在上传 ' + Math.floor(event.loaded * 100 / event.total) + '%');
      });
      request.upload.addEventListener('load', function () { self.say('上传完毕，正在检查文件…'); });
      request.addEventListener('load', function () { portal.still(self.done.bind(self, request)); });
      request.addEventListener('error', function () { bar.hidden = true; self.say('网络中断，文件没有传上去，请重新选择。', true); self.input.value = ''; });
      request.open('POST', this.form.action);
      request.setRequestHeader('X-Requested-With', 'fetch');
      request.send(new FormData(this.form));
      this.say('正在上传…');
    }
    done(request) {
      var id = this.getAttribute('data-target'), here = document.getElementById(id);
      var page = new DOMParser().parseFromString(request.responseText, 'text/html'), fresh = page.getElementById(id);
      if (fresh && here) {
        here.replaceWith(document.importNode(fresh, true));
        var now = document.getElementById(id);
        now.setAttribute('tabindex', '-1'); now.focus();
        return;
      }
      this.querySelector('progress').hidden = true;
      this.input.value = '';
      var message = page.querySelector('[data-failure]');
      this.say(request.status < 400 ? '文件已接收，请刷新页面查看。' : (message ? message.textContent.trim() : '上传没有成功，请重试。'), request.status >= 400);
    }
  });
})();
