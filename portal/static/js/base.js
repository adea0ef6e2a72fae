// base.js – shared small things. Every page works without any of these files.
(function () {
  'use strict';
  var portal = window.portal = {};

  portal.all = function (root, selector) {
    return Array.prototype.slice.call(root.querySelectorAll(selector));
  };
  portal.token = function (root) {
    var field = (root || document).querySelector('input[name=csrfmiddlewaretoken]') ||
      document.querySelector('input[name=csrfmiddlewaretoken]');
    return field ? field.value : '';
  };
  // After signing in again the security token is a new one; take it from a fresh copy of this page.
  portal.renewToken = function () {
    return fetch(location.href, { credentials: 'same-origin' }).then(function (answer) {
      if (!answer.ok || answer.redirected) { return false; }
      return answer.text().then(function (text) {
        var fresh = portal.token(new DOMParser().parseFromString(text, 'text/html'));
        if (!fresh) { return false; }
        portal.all(document, 'input[name=csrfmiddlewaretoken]').forEach(function (field) { field.value = fresh; });
        return true;
      });
    });
  };
  portal.clock = function () {
    var now = new Date();
    return [now.getHours(), now.getMinutes(), now.getSeconds()].map(function (n) {
      return (n < 10 ? '0' : '') + n;
    }).join(':');
  };
  // Nothing on the page moves between the press on something and its click: the click would miss.
  // What wants to move the page passes through here and waits for the release.
  var held = false, later = [], releasing;
  function release() {
    var acts = later;
    clearTimeout(releasing);
    held = false; later = [];
    acts.forEach(function (act) { act(); });
  }
  function releaseIn(delay) { clearTimeout(releasing); releasing = setTimeout(release, delay); }
  portal.still = function (act) { if (held) { later.push(act); } else { act(); } };
  // A release outside the window tells nobody: no press holds the page for longer than this.
  document.addEventListener('pointerdown', function () { held = true; releaseIn(1500); }, true);
  // A finger's click follows its release at a small distance.
  ['pointerup', 'pointercancel'].forEach(function (name) {
    window.addEventListener(name, function () { if (held) { releaseIn(100); } }, true);
  });

  portal.make = function (name, text, className) {
    var element = document.createElement(name);
    if (text) { element.textContent = text; }
    if (className) { element.className = className; }
    return element;
  };
  // A dialog with a heading, a text and buttons: [{label, className, act}]; act returning false keeps it open.
  portal.dialog = function (title, text, buttons) {
    var box = portal.make('dialog', '', 'gj-dialog');
    var heading = portal.make('h2', title);
    var row = portal.make('div', '', 'gj-dialog__a');
    heading.id = 'dialog-' + Date.now();
    box.setAttribute('aria-labelledby', heading.id);
    box.appendChild(heading);
    box.appendChild(portal.make('p', text));
    buttons.forEach(function (button) {
      var element = portal.make('button', button.label, 'btn ' + (button.className || 'btn-outline-secondary'));
      element.type = 'button';
      element.addEventListener('click', function () {
        if (!button.act || button.act(box) !== false) { box.close(); }
      });
      row.appendChild(element);
    });
    box.appendChild(row);
    box.addEventListener('close', function () { box.remove(); });
    document.body.appendChild(box);
    box.showModal();
    return box;
  };

  // On a phone a menu is one row that scrolls: the entry of this page stands in view from the start.
  portal.all(document, '.gj-side, .gj-nav ul, .gj-tabs').forEach(function (row) {
    var entry = row.querySelector('[aria-current]');
    if (!entry || row.scrollWidth <= row.clientWidth) { return; }
    var room = row.getBoundingClientRect(), here = entry.getBoundingClientRect();
    if (here.left < room.left || here.right > room.right) {
      row.scrollLeft += here.left - room.left - (room.width - here.width) / 2;
    }
  });

  document.addEventListener('DOMContentLoaded', function () {
    var summary = document.querySelector('[data-error-summary]');
    if (summary) { summary.focus(); }
  });
  document.addEventListener('click', function (event) {
    var target = event.target.closest ? event.target.closest('[data-print]') : null;
    if (target) { event.preventDefault(); window.print(); }
  });
})();
