// Reads out of a rendered page what a person can see and use on it. Returns device pixels.
() => {
  const scale = window.devicePixelRatio;
  const ROLES = [ // the first that matches holds
    ["[role=dialog], [role=alertdialog], dialog[open]:not(:has([role=dialog]))", "dialog"],
    ["[role=checkbox], [role=switch], input[type=checkbox], fluent-checkbox, fluent-switch", "checkbox"],
    ["[role=radio], input[type=radio], fluent-radio", "radio"],
    ["[role=tab], fluent-tab", "tab"],
    ["[role=menu], fluent-menu-list", "menu"],
    ["[role=menuitem], fluent-menu-item", "list_row"],
    ["button, [role=button], input[type=submit], input[type=button], fluent-button", "button"],
    ["input:not([type=hidden]), textarea, select, [role=combobox], fluent-text-input, fluent-textarea, fluent-dropdown", "input"],
    ["a[href], [role=link], fluent-link", "link"],
    ["img[alt]", "image"],
    ["tbody tr, li:not([role])", "list_row"],
    ["fieldset, section, nav, [role=tablist], [role=radiogroup], [role=alert], fluent-tablist", "group"],
    ["h1, h2, h3, h4, h5, h6, p, legend, td, th", "text"],
  ];
  const ENDING = new Set(["button", "link", "tab"]); // without fill and frame they end where their words and icons end
  const HOLDERS = new Set(["dialog", "group", "list_row", "menu"]);
  const words = (text) => (text || "").replace(/\s+/g, " ").trim();
  const roleOf = (node) => (ROLES.find(([query]) => node.matches(query)) || [])[1];
  const box = (r) => ({ left: r.left, top: r.top, right: r.right, bottom: r.bottom });
  const labelOf = (node) => (node.labels && node.labels[0]) || node.closest("label");

  // Kits hide the native control and draw another: beside it, or as a pseudo-element of its label.
  function pseudoBox(host) {
    for (const which of ["::before", "::after"]) {
      const style = getComputedStyle(host, which);
      const [w, h] = [parseFloat(style.width), parseFloat(style.height)];
      if (style.content === "none" || !(w >= 8 && h >= 8)) continue;
      const frame = host.getBoundingClientRect();
      const left = frame.left + (parseFloat(style.left) || 0) + (parseFloat(style.marginLeft) || 0);
      const top = frame.top + (parseFloat(style.top) || 0) + (parseFloat(style.marginTop) || 0);
      return { left, top, right: left + w, bottom: top + h };
    }
    return null;
  }
  function drawn(node) {
    const frame = node.closest("[data-box]"); // what a kit draws for a field holds more than the native control
    if (frame) return box(frame.getBoundingClientRect());
    const root = node.matches("fluent-text-input, fluent-textarea") && node.shadowRoot && node.shadowRoot.querySelector("[part=root]");
    if (root) return box(root.getBoundingClientRect()); // the component's own box holds its label too
    const own = box(node.getBoundingClientRect());
    const style = getComputedStyle(node);
    const hidden = style.opacity === "0" || style.clip !== "auto" || style.appearance === "none" && own.right - own.left < 2;
    if (!node.matches("input[type=checkbox], input[type=radio]") || !hidden) return own;
    const label = labelOf(node);
    const beside = node.nextElementSibling || node.parentElement;
    const hosts = [beside, label, label && label.firstElementChild].filter((host) => host && host !== node);
    const bare = hosts.find((host) => !words(host.textContent) && host.offsetWidth >= 8 && host.offsetHeight >= 8);
    if (bare) return box(bare.getBoundingClientRect());
    for (const host of hosts) {
      const pseudo = pseudoBox(host);
      if (pseudo) return pseudo;
    }
    return box(beside.getBoundingClientRect());
  }

  function printed(node) { // a heading's box reaches across the page, its words and icons do not
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT), parts = [];
    while (walker.nextNode()) {
      const leaf = walker.currentNode, range = document.createRange();
      if (leaf.nodeType === Node.TEXT_NODE ? !leaf.data.trim() : leaf.childNodes.length && !leaf.matches("svg")) continue;
      range.selectNode(leaf);
      const r = range.getBoundingClientRect();
      if (r.width && r.height) parts.push(r);
    }
    if (!parts.length) return box(node.getBoundingClientRect());
    const most = (f, side) => f(...parts.map((r) => r[side]));
    return { left: most(Math.min, "left"), top: most(Math.min, "top"), right: most(Math.max, "right"), bottom: most(Math.max, "bottom") };
  }

  const paint = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }), known = new Map();
  function rgba(colour) { // whatever notation a kit has it in
    if (!known.has(colour)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
      known.set(colour, [...paint.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(colour);
  }
  const over = ([r, g, b, a], ground) => [r, g, b].map((level, i) => (level * a + ground[i] * (255 - a)) / 255);
  function ground(node) { // the colour that a node's inside has
    if (!node) return over(rgba("Canvas"), [255, 255, 255]);
    const colour = rgba(getComputedStyle(node).backgroundColor);
    return colour[3] === 255 ? colour.slice(0, 3) : over(colour, ground(node.parentElement || node.getRootNode().host));
  }
  function framed(node) { // whether a fill, a border or a shadow shows where it ends
    const around = ground(node.parentElement || node.getRootNode().host);
    const differs = (colour, least) => Math.max(...over(rgba(colour), around).map((level, i) => Math.abs(level - around[i]))) >= least;
    const shows = (style) => style.backgroundImage !== "none" || differs(style.backgroundColor, 5) ||
      ["Top", "Right", "Bottom", "Left"].some((side) => parseFloat(style[`border${side}Width`]) > 0 && differs(style[`border${side}Color`], 10)) ||
      style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && differs(style.outlineColor, 10) ||
      (style.boxShadow.match(/[a-z-]+\([^)]*\)( -?[\d.]+px){4}/g) || []).some((shadow) => / -?[\d.]*[1-9][\d.]*px/.test(shadow.replace(/^[^)]*\)/, "")) && differs(shadow.match(/^[^)]*\)/)[0], 10));
    return shows(getComputedStyle(node)) || ["::before", "::after"].some((which) => {
      const style = getComputedStyle(node, which);
      return style.content !== "none" && style.display !== "none" && style.opacity !== "0" && parseFloat(style.width) > 0.8 * node.offsetWidth && shows(style);
    });
  }

  const ids = (node, name) => words((node.getAttribute(name) || "").split(" ").map((id) => (document.getElementById(id) || {}).textContent || "").join(" "));
  function nameOf(node, role) {
    if (role === "group" || role === "menu" || role === "list_row") return node.getAttribute("aria-label") || words((node.querySelector("legend") || {}).textContent) || null;
    const label = node.matches("input, textarea, select, fluent-checkbox, fluent-radio, fluent-switch, fluent-text-input, fluent-textarea, fluent-dropdown") && labelOf(node);
    return node.getAttribute("aria-label") || ids(node, "aria-labelledby") || words(label && label.textContent) ||
      words(node.getAttribute("alt")) || words(node.innerText) || node.getAttribute("placeholder") || null;
  }
  function stateOf(node, role) {
    if (node.disabled || node.getAttribute("aria-disabled") === "true") return "disabled";
    if (role === "checkbox" || role === "radio") {
      const on = "checked" in node ? node.checked : node.getAttribute("aria-checked") === "true";
      return on ? "checked" : "unchecked";
    }
    return node.getAttribute("aria-selected") === "true" ? "selected" : null;
  }
  function valueOf(node, role) {
    if (role !== "input") return null;
    if (node.matches("select")) return words((node.selectedOptions[0] || {}).textContent) || null;
    const value = words(node.value || (node.matches("[role=combobox]") ? node.textContent : ""));
    return (node.type === "password" ? null : value) || null;
  }

  function seenPart(b) { // what no window edge and no scrolling ancestor cuts off
    return { left: Math.max(b.left, 0), top: Math.max(b.top, 0), right: Math.min(b.right, innerWidth), bottom: Math.min(b.bottom, innerHeight) };
  }
  const area = (b) => Math.max(0, b.right - b.left) * Math.max(0, b.bottom - b.top);
  const middle = (b) => [(b.left + b.right) / 2, (b.top + b.bottom) / 2];
  function owns(node, point) {
    const hit = document.elementFromPoint(...point);
    if (!hit) return false;
    const label = labelOf(node);
    // a hidden native control is clicked through what is drawn for it
    return node.contains(hit) || hit.contains(node) && hit.matches("label, label *, .cds--form-item, .cds--text-input__field-wrapper, fluent-field, [data-box]") || Boolean(label && label.contains(hit));
  }
  function uncovered(node, role, b) {
    if (!HOLDERS.has(role)) return owns(node, middle(b));
    const spots = [0.02, 0.5, 0.98].flatMap((x) => [0.04, 0.5, 0.96].map((y) => [b.left + x * (b.right - b.left), b.top + y * (b.bottom - b.top)]));
    return spots.some((spot) => owns(node, spot));
  }

  const elements = [], covered = [], numbers = new Map();
  for (const node of document.querySelectorAll("body *")) {
    let role = roleOf(node);
    if (!role || !node.checkVisibility({ visibilityProperty: true }) && !node.matches("input")) continue;
    const open = ENDING.has(role) && !framed(node);
    const whole = role === "text" || open ? printed(node) : drawn(node), b = seenPart(whole);
    if (area(b) < 16) continue;
    const text = words(node.innerText);
    if (role === "text" && (!text || node.querySelector("button, a, input, label, fluent-button, fluent-link, img"))) continue;
    if (role === "button" && !text && !node.value) role = "icon";
    const bbox = [b.left, b.top, b.right, b.bottom].map((n) => n * scale);
    if (area(b) < 0.5 * area(whole) || !uncovered(node, role, b)) { covered.push(bbox); continue; }
    let holder = node.parentElement;
    while (holder && !numbers.has(holder)) holder = holder.parentElement;
    const id = `e${elements.length + 1}`;
    if (HOLDERS.has(role)) numbers.set(node, id);
    elements.push({
      id, parent: holder ? numbers.get(holder) : null, role, label: nameOf(node, role),
      value: valueOf(node, role), state: stateOf(node, role), bbox,
      click_point: HOLDERS.has(role) && role !== "list_row" || role === "text" ? null : middle(b).map((n) => n * scale),
    });
  }

  const lines = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement, range = document.createRange();
    if (!words(node.data) || holder.matches("script, style, option") || !holder.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    let line = null; // one text node may wrap
    for (const word of node.data.matchAll(/\S+/g)) {
      range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
      const r = range.getBoundingClientRect(), b = seenPart(r);
      const hit = document.elementFromPoint(...middle(b));
      if (area(b) < 0.5 * area(r) || !area(r) || !hit || !(holder.contains(hit) || hit.contains(holder))) continue;
      if (line && Math.abs(line.top - r.top) < 3) { line.text += ` ${word[0]}`; line.right = b.right; }
      else { line = { text: word[0], ...b }; lines.push(line); }
    }
  }
  return { elements, covered, lines: lines.map((l) => ({ text: l.text, bbox: [l.left, l.top, l.right, l.bottom].map((n) => n * scale) })) };
}
