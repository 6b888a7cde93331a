/* Offers published questions while somebody types. All questions are fetched once; what is typed stays in the browser. */
(function () {
  "use strict";

  const FEWEST_LETTERS = 3;
  const MOST = 5;
  let field, list, told, sentences, questions, shown, active;

  document.addEventListener("conversation-shown", begin);
  begin();

  function begin() {
    field = document.getElementById("vraag");
    list = document.getElementById("suggesties");
    told = document.getElementById("suggesties-aantal");
    if (!field || !list) { return; }
    sentences = JSON.parse(field.closest(".chat").dataset.words);
    shown = [];
    active = -1;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.addEventListener("input", suggest);
    field.addEventListener("keydown", onKey);
    field.addEventListener("blur", hide);
    // Pressing the send button keeps the focus in the field: else the list would go, the button move, and the press miss it.
    field.form.addEventListener("mousedown", function (event) {
      if (event.target.closest("button")) { event.preventDefault(); }
    });
    field.form.addEventListener("submit", hide);
    // Before the field loses the focus, which would hide what is pressed.
    list.addEventListener("mousedown", function (event) {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) { choose(Array.from(list.children).indexOf(option)); }
    });
  }

  async function suggest() {
    const typed = words(field.value);
    // While the pre-screen asks something, what is typed is an answer.
    const asked = document.querySelector("#nieuw .reply-question");
    if (asked || typed.join("").length < FEWEST_LETTERS) { hide(); return; }
    try {
      if (!questions) {
        const answer = await fetch(list.dataset.address, { credentials: "omit" });
        questions = (await answer.json()).map(function (one) {
          return { label: one.label, value: one.value, own: words(one.label), also: words(one.also) };
        });
      }
    } catch (error) { return; }
    show(best(typed));
  }

  /* Questions in which at least half of the words typed begin some word, those with the most first. */
  function best(typed) {
    return questions
      .map(function (one) {
        let found = 0;
        let score = 0;
        typed.forEach(function (word) {
          const here = function (other) { return other.startsWith(word); };
          const own = one.own.some(here);
          if (own || one.also.some(here)) { found += 1; score += own ? 2 : 1; }
        });
        return { one: one, found: found, score: score };
      })
      .filter(function (match) { return match.found * 2 >= typed.length && match.found > 0; })
      .sort(function (a, b) { return b.score - a.score; })
      .slice(0, MOST)
      .map(function (match) { return match.one; });
  }

  function show(found) {
    shown = found;
    mark(-1);
    list.replaceChildren(...found.map(function (one, place) {
      const option = document.createElement("li");
      option.id = "suggestie-" + place;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = one.label;
      return option;
    }));
    list.hidden = !found.length;
    const sentence = found.length === 1 ? sentences.one_found : sentences.found;
    told.textContent = found.length ? sentence.replace("{count}", found.length) : "";
  }

  function hide() {
    if (shown.length || !list.hidden) { show([]); }
  }

  function onKey(event) {
    if (!shown.length || event.isComposing) { return; }
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      // Beyond either end one is in the text again.
      mark(((active + 1 + steps[event.key] + shown.length + 1) % (shown.length + 1)) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      choose(active);
    } else if (event.key === "Escape") {
      hide();
    } else {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  function mark(place) {
    active = place;
    Array.from(list.children).forEach(function (option, number) { option.setAttribute("aria-selected", String(number === place)); });
    if (place < 0) { field.removeAttribute("aria-activedescendant"); return; }
    field.setAttribute("aria-activedescendant", list.children[place].id);
    list.children[place].scrollIntoView({ block: "nearest" });
  }

  function choose(place) {
    const button = document.createElement("button");
    button.name = "choice";
    button.value = shown[place].value;
    button.textContent = shown[place].label;
    button.hidden = true;
    hide();
    field.value = "";
    field.form.appendChild(button);
    field.form.requestSubmit(button);
    button.remove();
  }

  function words(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").split(/[^a-z0-9]+/).filter(function (word) { return word.length > 2; });
  }
})();
