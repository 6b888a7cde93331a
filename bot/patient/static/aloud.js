/* Reads an answer aloud with a voice of the device itself. The buttons stand hidden in the page; the style sheet shows
   them for the languages named on the root element, which are those there is a voice for. */
(function () {
  "use strict";

  const speech = window.speechSynthesis;
  const RATE = 0.9;
  const SILENT = ".sources, .rating, .rated, .aloud, .choices, .visually-hidden, [hidden], [aria-hidden=true]";
  const BLOCK = "p, li, h1, h2, h3, h4, summary, figcaption, div";
  let current = null;

  if (!speech || !window.SpeechSynthesisUtterance) { return; }
  findVoices();
  // Some browsers have their voices ready only later.
  if (speech.addEventListener) { speech.addEventListener("voiceschanged", findVoices); }
  window.addEventListener("pagehide", stop);
  document.addEventListener("submit", stop);
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-read], [data-read-stop]");
    if (!button) { return; }
    const place = button.closest(".aloud");
    const again = current === place;
    stop();
    if (button.hasAttribute("data-read") && !again) { read(place); }
  });

  /* Voices of a server far away would tell a company which answer somebody reads. */
  function ownVoices() {
    return speech.getVoices().filter(function (voice) { return voice.localService; });
  }

  function findVoices() {
    const languages = new Set(ownVoices().map(function (voice) { return tongue(voice.lang); }));
    document.documentElement.dataset.voices = Array.from(languages).join(" ");
  }

  function tongue(language) {
    return language.toLowerCase().split(/[-_]/)[0];
  }

  function read(place) {
    const reply = place.closest(".reply");
    const language = tongue(reply.closest("[lang]").lang);
    const voice = ownVoices().find(function (one) { return tongue(one.lang) === language; });
    const passages = voice ? passagesOf(reply) : [];
    if (!passages.length) { return; }
    show(place, true);
    current = place;
    // One utterance a passage: browsers break off long ones.
    passages.forEach(function (passage, number) {
      const utterance = new SpeechSynthesisUtterance(passage);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = RATE;
      const last = number === passages.length - 1;
      utterance.onend = function () { if (last && current === place) { finish(); } };
      utterance.onerror = function () { if (current === place) { stop(); } };
      speech.speak(utterance);
    });
  }

  function stop() {
    if (!current) { return; }
    finish();
    speech.cancel();
  }

  function finish() {
    const place = current;
    current = null;
    show(place, false);
  }

  function show(place, reading) {
    const start = place.querySelector("[data-read]");
    const end = place.querySelector("[data-read-stop]");
    const held = document.activeElement === end;
    start.setAttribute("aria-pressed", String(reading));
    end.hidden = !reading;
    // The focus does not fall off the page with the button that goes away.
    if (held && !reading) { start.focus({ preventScroll: true }); }
  }

  /* What there is to read, block by block; of a drawing its description. */
  function passagesOf(reply) {
    const passages = [];
    let block = null;
    const walker = document.createTreeWalker(reply, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, function (node) {
      if (node.nodeType === Node.TEXT_NODE) { return NodeFilter.FILTER_ACCEPT; }
      const shut = node.parentElement.matches("details:not([open])") && !node.matches("summary");
      return node.matches(SILENT) || shut ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
    });
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const inside = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
      if (inside.closest("svg")) {
        if (inside === node && node.matches("svg[role=img]")) { passages.push(node.getAttribute("aria-label")); }
        block = null;
      } else if (inside !== node) {
        const around = inside.closest(BLOCK);
        if (around !== block) { passages.push(""); block = around; }
        passages[passages.length - 1] += node.data;
      }
    }
    return passages.map(function (passage) { return passage.replace(/\s+/g, " ").trim(); }).filter(Boolean);
  }
})();
