// Keeps the part of an address behind # over a login. It stays in this tab's storage; no server and no log ever gets it.
(function () {
  'use strict';
  var script = document.currentScript;
  var next = script.getAttribute('data-next');
  var name = 'authgateway.fragment';
  try {
    if (script.getAttribute('data-step') === 'keep') {
      if (location.hash.length > 1 && location.hash.length <= 8192) {
        sessionStorage.setItem(name, location.pathname + location.search + '\n' + location.hash);
      } else {
        sessionStorage.removeItem(name);
      }
    } else {
      var kept = sessionStorage.getItem(name);
      sessionStorage.removeItem(name);
      var end = kept === null ? -1 : kept.indexOf('\n');
      if (end > 0 && kept.slice(0, end) === script.getAttribute('data-path')) {
        next += kept.slice(end + 1);
      }
    }
  } catch (e) {
    // This browser stores nothing: the login goes on without the fragment.
  }
  location.replace(next);
})();
