// display.js – 大字版 without leaving the page: the link still sets the cookie on the server.
(function () {
  'use strict';
  document.addEventListener('click', function (event) {
    var link = event.target.closest ? event.target.closest('a[data-display]') : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    fetch(link.href, { credentials: 'same-origin', redirect: 'manual' }).then(function () {
      var large = document.documentElement.classList.toggle('gj-large');
      link.href = link.getAttribute(large ? 'data-normal' : 'data-large');
      link.querySelector('[data-display-label]').textContent = large ? '标准字号' : '大字版';
    }, function () { location.href = link.href; });
  });
})();
