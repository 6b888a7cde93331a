/* Comforts of the editor's pages: checks and preview while typing, nothing typed lost, and progress of a training. */
"use strict";

/* --- what is typed is kept and checked a moment after the last key --- */
function watchTopic(form) {
  const PAUSE = 800;
  const RETRY = 10000;
  const place = document.getElementById("controle");
  const frame = document.getElementById("voorbeeld");
  const told = document.getElementById("bewaard");
  let timer = 0;
  let changed = false;
  let sending = null;

  async function send() {
    clearTimeout(timer);
    if (!changed || sending) return;
    changed = false;
    sending = fetch(form.dataset.checks, { method: "POST", body: new FormData(form), redirect: "manual" });
    try {
      const answer = await sending;
      if (answer.type === "opaqueredirect" || answer.status === 401) {
        told.textContent = form.dataset.login;
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      place.innerHTML = await answer.text();
      told.textContent = "Wat u typt is bewaard.";
      frame.contentWindow.location.reload();
    } catch {
      changed = true;
      told.textContent = form.dataset.away;
      timer = setTimeout(send, RETRY);
    } finally {
      sending = null;
      if (changed) timer = setTimeout(send, timer ? RETRY : PAUSE);
    }
  }

  form.addEventListener("input", () => {
    changed = true;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  });
  form.addEventListener("submit", () => {
    changed = false;
    clearTimeout(timer);
  });
  /* Whoever leaves in the middle of a word finds it back. */
  addEventListener("pagehide", () => {
    if (changed) navigator.sendBeacon(form.dataset.checks, new FormData(form));
  });
}

/* --- a training tells where it is; its verdict is a page of its own --- */
function watchTraining(place) {
  async function look() {
    try {
      const answer = await fetch(place.dataset.poll, { cache: "no-store" });
      if (answer.status === 401) return;
      if (answer.ok) {
        const html = await answer.text();
        if (html.includes("data-ended")) {
          location.reload();
          return;
        }
        if (place.innerHTML.trim() !== html.trim()) place.innerHTML = html;
      }
    } catch {
      // The network is away for a moment: the next look will tell.
    }
    setTimeout(look, 1500);
  }
  setTimeout(look, 1500);
}

const topicForm = document.getElementById("onderwerp");
if (topicForm) watchTopic(topicForm);
const training = document.querySelector("[data-poll]");
if (training) watchTraining(training);
