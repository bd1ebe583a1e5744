// Makes a press smooth; without it every form works by itself. Nothing here starts without a press.
(() => {
  "use strict";
  const doc = document;
  const once = Symbol.for("embedproxy"); // each fragment that comes later brings the script again
  if (doc[once]) return doc[once]();
  const root = new URL("..", doc.currentScript.src).href;
  const signal = navigator.globalPrivacyControl || navigator.doNotTrack === "1";
  const fresh = new WeakSet(); // boxes whose frame was put in place here
  const again = (performance.getEntriesByType("navigation")[0] || {}).type === "reload";
  const seen = new WeakSet(); // blocked frames of the site's own scripts
  const busy = new WeakSet();
  let turn = Promise.resolve(); // one press after the other: each answer builds on the grants of the one before
  const boxes = (loaded) =>
    [...doc.querySelectorAll("div.embedproxy")].filter((box) => box.classList.contains("embedproxy-loaded") === loaded);

  const say = (box, text) => {
    const line = box.querySelector(".embedproxy-status");
    line.textContent = "";
    setTimeout(() => (line.textContent = text), 100); // a live region speaks when its text changes
  };

  // Elements around a box that keep a ratio by padding, where the stylesheet does not know them, or that are too low.
  const padded = (at) => {
    const own = getComputedStyle(at);
    const least = at.clientWidth / 5;
    return (
      Math.abs(parseFloat(own.paddingTop) - parseFloat(own.paddingBottom)) > least ||
      parseFloat(getComputedStyle(at, "::before").paddingTop) > least
    );
  };
  const open = (box) => {
    let at = box.closest(".embedproxy-place") || box;
    for (let i = 0; i < 3 && (at = at.parentElement) && at !== doc.body; i++) {
      const own = getComputedStyle(at);
      const low = at.getBoundingClientRect().bottom + 1 < box.getBoundingClientRect().bottom;
      if (padded(at) || (own.position === "absolute" && (low || padded(at.parentElement))))
        at.classList.add("embedproxy-open");
      else if (low && !/auto|scroll/.test(own.overflowY)) at.classList.add("embedproxy-grown");
    }
  };
  const watch = window.ResizeObserver && new ResizeObserver((sizes) => sizes.forEach((size) => open(size.target)));
  const settle = (box) => {
    open(box);
    if (watch) watch.observe(box);
    if (signal)
      box.querySelectorAll(".embedproxy-always, .embedproxy-signal").forEach((part) => {
        part.hidden = part.matches(".embedproxy-always");
      });
    return box;
  };
  const swap = (box, html) => {
    const template = doc.createElement("template");
    template.innerHTML = html;
    const next = template.content.querySelector(".embedproxy");
    next.querySelectorAll("form, a").forEach((one) => {
      const name = one.hasAttribute("action") ? "action" : "href"; // a foreign base of the page must not lead them astray
      one.setAttribute(name, new URL(one.getAttribute(name), root).href);
    });
    fresh.add(next);
    box.replaceWith(next);
    return settle(next);
  };

  const send = (box, route) => {
    const form = box.querySelector("button").form;
    return fetch(route ? form.action.replace(/\w+$/, route) : form.action, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
  };
  const others = (provider, loaded, route) =>
    boxes(loaded)
      .filter((box) => box.dataset.provider === provider)
      .forEach((box) =>
        send(box, route)
          .then((answer) => answer.json())
          .then((found) => found.html && swap(box, found.html))
          .catch(() => {}),
      );

  const press = async (box, form) => {
    const line = box.querySelector(".embedproxy-status").dataset;
    const loaded = box.classList.contains("embedproxy-loaded");
    let answer, found;
    if (line.loading) say(box, line.loading);
    try {
      answer = await send(box);
    } catch (error) {
      return say(box, line.failed); // no connection: the page stays as it is
    }
    try {
      found = await answer.json();
    } catch (error) {
      return form.submit(); // not our answer: let the browser show it
    }
    if (!found.html) return say(box, found.status || line.failed);
    const at = doc.activeElement; // whoever has gone on meanwhile is not called back
    const here = at === doc.body || box.contains(at);
    let next;
    try {
      next = swap(box, found.html);
    } catch (error) {
      return location.reload(); // the page forbids markup from scripts
    }
    const button = next.querySelector("button");
    if (here) (next.classList.contains("embedproxy-loaded") ? next : button).focus();
    say(next, found.status);
    if (!answer.ok) return;
    if (loaded) others(next.dataset.provider, true, "placeholder");
    else if (found.always) others(next.dataset.provider, false, "frame");
  };

  doc.addEventListener("submit", (event) => {
    const form = event.target;
    const box = (event.submitter || form).closest("div.embedproxy");
    if (!box) return;
    event.preventDefault();
    if (busy.has(box)) return;
    busy.add(box);
    const done = () => busy.delete(box);
    turn = turn.then(() => press(box, form)).then(done, done);
  });

  // A page out of the browser's memory may show what was withdrawn since.
  addEventListener("pageshow", (event) => {
    if (event.persisted && boxes(true).length) location.reload();
  });

  doc.addEventListener("securitypolicyviolation", (event) => {
    if (event.disposition !== "enforce" || !/^http/.test(event.blockedURI)) return;
    if (!/^(frame|child|object|default)-src/.test(event.effectiveDirective)) return;
    doc.querySelectorAll("iframe, embed, object").forEach((frame) => {
      const url = frame.src || frame.data;
      if (!url || !url.startsWith(event.blockedURI) || frame.dataset.embedproxy === "allow") return;
      const box = frame.closest("div.embedproxy");
      if (!box) hole(frame, url);
      else if (fresh.has(box)) location.reload(); // at most once a press: after it the frame is not fresh
      else say(box, box.querySelector(".embedproxy-status").dataset.failed);
    });
  });
  const hole = (frame, url) => {
    const { offsetWidth: width, offsetHeight: height, title } = frame;
    if (seen.has(frame) || width < 10 || height < 10) return;
    seen.add(frame);
    const lang = (frame.closest("[lang]") || doc.documentElement).lang;
    fetch(root + "hole?" + new URLSearchParams({ url, lang, width, height, title }))
      .then((answer) => answer.json())
      .then((found) => {
        if (!found.html) return;
        const place = doc.createElement("div");
        frame.before(place);
        const next = swap(place, found.html);
        if (again) fresh.delete(next); // some cache gives the page of before, however often it is asked
        frame.removeAttribute(frame.data ? "data" : "src");
        frame.style.setProperty("display", "none", "important");
      })
      .catch(() => {});
  };

  doc[once] = () => doc.querySelectorAll("div.embedproxy").forEach(settle);
  doc[once]();
})();
