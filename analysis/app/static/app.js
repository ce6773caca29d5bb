// What the page does beyond forms and links: results that arrive, sliders beside numbers, and running again.
(function () {
  "use strict";
  let source = null, pressed = false;

  function swap(target, html) {
    const focused = document.activeElement && target.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = Array.from(target.querySelectorAll(".scroll"), (one) => [one.id, one.scrollLeft]);
    target.innerHTML = html;
    scrolled.forEach(([id, left]) => { const one = document.getElementById(id); if (one) one.scrollLeft = left; });
    const again = focused && document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  }

  function follow(job) {
    if (source) source.close();
    const status = document.getElementById("status");
    let said = false;
    source = new EventSource(job.dataset.stream);
    source.addEventListener("live", (event) => {
      swap(document.getElementById("live"), event.data);
      if (!said && event.data.includes("<table")) { said = true; status.textContent = "First differences have arrived and will sharpen."; }
    });
    source.addEventListener("progress", (event) => swap(document.getElementById("progress"), event.data));
    source.addEventListener("end", (event) => {
      source.close();
      job.dataset.over = "yes";
      const ended = JSON.parse(event.data);
      const stop = document.getElementById("stop");
      if (stop) stop.hidden = true;
      status.textContent = ended.state === "failed" ? "The runs broke off." : ended.pairs + " pairs of runs have arrived; that is all.";
    });
  }

  function slider(input) {
    if (input.dataset.ready) return;
    input.dataset.ready = "yes";
    const range = document.createElement("input");
    range.type = "range";
    range.min = input.min;
    range.max = input.dataset.sliderMax;
    range.step = input.dataset.sliderStep;
    range.value = input.value;
    range.id = input.id + "-slider";
    range.setAttribute("aria-label", input.dataset.label + ", slider");
    range.addEventListener("input", () => { input.value = range.value; });
    range.addEventListener("change", () => { input.dispatchEvent(new Event("change", { bubbles: true })); });
    input.addEventListener("input", () => { range.value = input.value; });
    input.parentElement.append(range);
  }

  function ready(root) {
    root.querySelectorAll("input[data-slider-max]").forEach(slider);
    root.querySelectorAll("[data-needs-script]").forEach((one) => { one.hidden = false; });
    const job = root.matches && root.matches("[data-stream]") ? root : root.querySelector("[data-stream]");
    if (job && job.dataset.over === "no") follow(job);
    if (job && pressed && window.matchMedia("(max-width: 60rem)").matches) job.scrollIntoView();
    pressed = false;
    const problems = root.querySelector("#problems");
    if (problems) problems.focus();
  }

  // Details that were open stay open when the form comes back from the server, and so does the choice to run again.
  let open = [], again = true;
  document.addEventListener("htmx:beforeSwap", () => {
    open = Array.from(document.querySelectorAll("details[open][id]"), (one) => one.id);
    const box = document.getElementById("again");
    if (box) again = box.checked;
  });
  document.addEventListener("htmx:load", (event) => {
    open.forEach((id) => { const one = document.getElementById(id); if (one) one.open = true; });
    const box = document.getElementById("again");
    if (box) box.checked = again;
    ready(event.detail.elt);
  });
  document.addEventListener("DOMContentLoaded", () => { if (!window.htmx) ready(document.body); });

  document.addEventListener("click", (event) => { pressed = event.isTrusted && event.target.id === "run"; });

  let waiting = 0;
  document.addEventListener("change", (event) => {
    const box = document.getElementById("again");
    const lever = event.target.closest(".lever, .row");
    if (!lever || !event.target.name || !box || !box.checked || !document.getElementById("job")) return;
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => document.getElementById("form").requestSubmit(document.getElementById("run")), 350);
  });
})();
