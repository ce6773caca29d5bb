// What the page does beyond forms and links: it asks without leaving, results arrive, and its address holds the form.
(function () {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const form = () => byId("form");
  const kept = window.sessionStorage; // of this tab alone

  // --- one request after the other ---------------------------------------------------------------------------------
  // Each waits for the one before and sends what the form says then. What is typed once something was asked is newer
  // than the reply, so it stays when the reply brings another form.
  const underWay = [];
  let last = Promise.resolve();

  function ask(url, action, settle, isWanted) {
    const one = { typed: new Set() };
    underWay.push(one);
    last = last.then(async () => {
      if (isWanted && !isWanted()) return;
      const data = new FormData(form());
      if (action) data.set("action", action);
      settle(await post(url, data), one.typed);
    }).catch(trouble).finally(() => { form().inert = false; underWay.splice(underWay.indexOf(one), 1); });
  }

  async function post(url, data) {
    const reply = await fetch(url, { method: "POST", body: data, headers: { "x-part": "yes" } });
    if (!reply.ok && reply.status !== 422 && reply.status !== 429) throw new Error(`answer ${reply.status}`);
    trouble(null);
    return { isForm: !reply.ok, text: await reply.text(), where: reply.headers.get("x-where") };
  }

  function trouble(error) {
    const box = byId("trouble");
    const text = !error ? "" : error.message.startsWith("answer")
      ? `That did not work (${error.message}). What happened is told where headway app was started.`
      : "Headway does not answer. Is headway app still running?";
    if (box.textContent !== text) box.textContent = text;
    box.hidden = !text;
  }

  // --- the form ----------------------------------------------------------------------------------------------------
  function press(action, pressed) {
    // Policies get other numbers when one is taken out: nothing is typed meanwhile.
    if (action.startsWith("remove-policy")) form().inert = true;
    ask("/form", action, (reply, typed) => { place(reply.text, typed, action === "use" ? pressed : ""); remember("replace"); });
  }

  function place(html, typed, used) {
    const old = form(), files = new Map(), values = new Map(), folds = new Map();
    for (const one of old.elements) {
      if (one.type === "file" && one.files.length && used !== `${one.id.split("-")[0]}-use`) files.set(one.id, one.files);
      else if (one.name && typed.has(one.name)) values.set(one.name, one.type === "checkbox" ? one.checked : one.value);
    }
    old.querySelectorAll("details[id]").forEach((one) => folds.set(one.id, one.open));
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    const marked = focus && focus.type === "text" ? [focus.selectionStart, focus.selectionEnd] : null;
    old.outerHTML = html;
    for (const one of form().elements) {
      if (files.has(one.id)) one.files = files.get(one.id);
      if (!values.has(one.name)) continue;
      if (one.type === "checkbox") one.checked = values.get(one.name); else one.value = values.get(one.name);
    }
    form().querySelectorAll("details[id]").forEach((one) => { if (folds.get(one.id)) one.open = true; });
    dress(form());
    const again = focus && focus.id && byId(focus.id);
    if (byId("problems")) byId("problems").focus();
    else if (again) { again.focus({ preventScroll: true }); if (marked) again.setSelectionRange(...marked); }
    else if (focus) byId("policies").focus({ preventScroll: true });
  }

  // The address says what the form says, so that going back, loading again and a copied link bring it back.
  let here = location.pathname + location.search;
  function remember(when) { // "push" for another page to go back from, "replace" for this one
    const said = new URLSearchParams(), job = byId("job");
    for (const one of form().elements) {
      const left = ["file", "submit", "button"].includes(one.type) || (one.type === "checkbox" && !one.checked)
        || ["", "action", "replaces", "again"].includes(one.name) || /^p\.\d\.(add|set|written)$/.test(one.name)
        || one.value === one.dataset.plain || (one.value === "" && !one.name.endsWith(".title"));
      if (!left) said.append(one.name, one.value);
    }
    if (byId("link")) byId("link").href = `/?${said}`;
    if (!when) return;
    here = `${job ? job.dataset.page : "/"}?${said}`;
    history[`${when}State`](null, "", here);
    document.querySelectorAll("textarea[data-file]").forEach((one) => {
      try { kept.setItem(`file ${one.dataset.file}`, one.value); } catch { /* no room: it is chosen again then */ }
    });
  }
  window.addEventListener("popstate", () => { if (location.pathname + location.search !== here) location.reload(); });

  // --- running -----------------------------------------------------------------------------------------------------
  let asked = 0;
  function run(pressed) {
    const number = asked += 1;
    ask("/jobs", "", (reply, typed) => {
      if (reply.isForm) { place(reply.text, typed, ""); return; }
      kept.setItem("own", reply.where);
      byId("results").innerHTML = reply.text;
      remember("push");
      dress(byId("results"));
      questions();
      const title = byId("results-title"), top = title.getBoundingClientRect().top;
      if (pressed) title.focus({ preventScroll: top >= 0 && top < window.innerHeight / 2 });
    }, () => number === asked);
  }

  let source = null;
  function follow(job) {
    if (source) source.close();
    const status = byId("status");
    let said = false;
    source = new EventSource(job.dataset.stream);
    source.addEventListener("live", (event) => {
      swap(byId("live"), event.data);
      if (!said && event.data.includes("<table")) { said = true; status.textContent = "First differences have arrived and will sharpen."; }
    });
    source.addEventListener("progress", (event) => swap(byId("progress"), event.data));
    source.addEventListener("end", (event) => {
      source.close();
      job.dataset.over = "yes";
      const ended = JSON.parse(event.data);
      if (byId("stop")) byId("stop").hidden = true;
      status.textContent = ended.state === "failed" ? "The runs broke off." : ended.pairs + " pairs of runs have arrived; that is all.";
      questions();
    });
  }

  // On a phone what stands behind the answer begins folded, unless somebody has opened it.
  function tuck(root, known) {
    if (!matchMedia("(max-width: 40em)").matches) return;
    root.querySelectorAll("details[data-tuck]").forEach((one) => { if (!known.has(one.id)) one.open = false; });
  }

  // What is as it was is left alone; focus, what is unfolded and how far a table is scrolled stay.
  const shown = new Map();
  function swap(target, html) {
    if (shown.get(target) === html) return;
    shown.set(target, html);
    const focused = target.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = Array.from(target.querySelectorAll(".scroll[id]"), (one) => [one.id, one.scrollLeft]);
    const folds = new Map(Array.from(target.querySelectorAll("details[id]"), (one) => [one.id, one.open]));
    target.innerHTML = html;
    scrolled.forEach(([id, left]) => { if (byId(id)) byId(id).scrollLeft = left; });
    folds.forEach((open, id) => { if (byId(id)) byId(id).open = open; });
    tuck(target, folds);
    if (focused && byId(focused)) byId(focused).focus({ preventScroll: true });
  }

  // --- what is looked at again every two seconds: all questions, and what is being kept ------------------------------
  const EVERY = 2000;
  async function look(box) {
    if (!box || document.visibilityState !== "visible") return;
    try {
      const reply = await fetch(box.dataset.again + (byId("job") ? `?of=${byId("job").dataset.job}` : ""), { headers: { "x-part": "yes" } });
      if (!reply.ok) throw new Error(`answer ${reply.status}`);
      swap(box, await reply.text());
      trouble(null);
    } catch (error) { trouble(error); }
  }
  const questions = () => look(byId("questions"));

  // --- what is on the page -----------------------------------------------------------------------------------------
  function slider(input) {
    const range = document.createElement("input");
    range.type = "range";
    range.min = input.min;
    range.max = input.dataset.sliderMax;
    range.step = input.dataset.sliderStep;
    range.value = input.value;
    range.id = input.id + "-slider";
    range.setAttribute("aria-label", input.dataset.label + ", slider");
    const tell = (name) => input.dispatchEvent(new Event(name, { bubbles: true }));
    range.addEventListener("input", () => { input.value = range.value; tell("input"); });
    range.addEventListener("change", () => tell("change"));
    input.addEventListener("input", () => { if (range !== document.activeElement) range.value = input.value; });
    input.parentElement.append(range);
  }

  function dress(root) {
    root.querySelectorAll("input[data-slider-max]").forEach(slider);
    tuck(root, new Map());
    root.querySelectorAll("[data-needs-script]").forEach((one) => { one.hidden = false; });
    root.querySelectorAll("details").forEach((one) => { if (one.querySelector(".error")) one.open = true; });
    root.querySelectorAll("textarea[data-file]").forEach((one) => {
      if (!one.value) one.value = kept.getItem(`file ${one.dataset.file}`) || "";
    });
    const again = root.querySelector("#again"), job = root.querySelector("#job");
    if (again) again.checked = kept.getItem("again") !== "no";
    if (!job) return;
    // A question that another tab has asked goes on when this one asks the next.
    byId("replaces").disabled = kept.getItem("own") !== job.dataset.page;
    if (job.dataset.over === "no") follow(job);
  }

  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (sent.id === "form") { event.preventDefault(); if (!event.submitter || event.submitter.name !== "action") run(true); }
    else if (sent.dataset.quiet) {
      event.preventDefault();
      fetch(sent.action, { method: "POST", headers: { "x-part": "yes" } }).then(questions).catch(trouble);
    }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=action]");
    if (button && form() && form().contains(button)) { event.preventDefault(); press(button.value, button.id); }
  });

  let waiting = 0;
  for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => {
    const field = event.target;
    if (!form() || field.form !== form() || !field.name) return;
    underWay.forEach((one) => one.typed.add(field.name));
    if (field.id === "again") kept.setItem("again", field.checked ? "yes" : "no");
    if (field.id === "context" && kind === "change") { press("context", ""); return; }
    remember("replace");
    if (kind === "input" || !field.closest(".lever, .row") || !byId("again").checked || !byId("job")) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => run(false), 350);
  });

  document.addEventListener("DOMContentLoaded", () => {
    dress(document.body);
    const problems = byId("problems");
    if (problems) problems.focus();
    if (form()) remember();
    document.querySelectorAll("[data-again]").forEach((box) => window.setInterval(() => look(box), EVERY));
  });
})();
