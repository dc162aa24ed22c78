// The model file in an editor: every problem at its line while one types, the last good answer kept, and what is written saved in one step.
// Built into `editor.bundle.js` by `npm run build` (see package.json).
import { defaultKeymap, history, historyKeymap, redo, undo } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const TYPING = 300; // milliseconds without a key after which the text is read

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.keyword], color: "var(--accent)" },
  { tag: tags.comment, color: "var(--line)", fontStyle: "italic" },
]);
const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--line)", fontSize: "0.85rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { maxHeight: "30rem", overflow: "auto", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--soft)", color: "var(--ink)", border: "0" },
  ".cm-tooltip": { backgroundColor: "var(--soft)", color: "var(--ink)", border: "1px solid var(--line)", maxWidth: "40rem" },
  ".cm-panel button": { color: "var(--ink)" },
  ".cm-panels": { backgroundColor: "var(--soft)", color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)" },
});

// Opens the editor in `holder`. `post(path, body, signal)` : asks the server; `show(data, text)` : puts the page of a text in place of the
// present one; `stale(why)` : marks the present one as that of an older text, or not, if why is empty.
// `served` : what the page knows of its server; `name` : of the model.
export function open(holder, { served, name, post, show, stale }) {
  const element = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };
  const button = (label, act) => element("button", { type: "button", onclick: act }, label);
  const state = element("p", { role: "status" });
  const problems = element("ul", { class: "problems" });
  const place = element("div", {});
  let file = { text: "", stamp: served.stamp, mine: false };
  let shown = null; // the text whose answer stands on the page; null as long as that is the file's as the server read it
  let timer = 0;
  let reading = null;

  const text = () => view.state.doc.toString();
  const view = new EditorView({ parent: place, state: stateOf("") });
  function stateOf(doc) {
    return EditorState.create({
      doc,
      extensions: [
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), yaml(), syntaxHighlighting(colours), lintGutter(), look,
        EditorView.cspNonce.of(served.nonce),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": `Model file ${name}`, spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => update.docChanged && changed()),
        keymap.of([{ key: "Mod-s", run: () => (save(), true) }, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
      ],
    });
  }

  function changed() {
    clearTimeout(timer);
    reading?.abort();
    stale("The model file is being edited: this is the answer of its last good version.");
    timer = setTimeout(check, TYPING);
  }

  // Reads the text; if nothing is wrong with it, its answer takes the place of the one on the page.
  async function check() {
    reading = new AbortController();
    const { signal } = reading;
    const asked = text();
    try {
      const found = (await post("/check", { text: asked }, signal)).problems;
      if (signal.aborted) return;
      mark(found);
      if (found.length) return;
      if (asked !== (shown ?? file.original)) {
        state.replaceChildren("Nothing is wrong with the text. Its answer is being computed … ", button("Stop", stop));
        show(await post("/draft", { text: asked }, signal), asked);
        shown = asked;
      }
      stale("");
      state.textContent = asked === file.text ? "As in the file." : "Nothing is wrong with the text; not saved.";
    } catch (problem) {
      if (signal.aborted) return;
      state.replaceChildren(`No answer: ${problem.message}. `, button("Read it again", check));
    }
  }
  const stop = () => post("/cancel", {}).catch(() => {});

  function mark(found) {
    const { doc } = view.state;
    const at = ({ line, column }) => {
      const row = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
      const from = Math.min(row.from + Math.max((column ?? 1) - 1, 0), row.to);
      return { from, to: Math.max(from, row.to) };
    };
    const diagnostics = found.map((p) => ({ ...at(p), severity: "error", message: p.remedy ? `${p.what}\nHelp: ${p.remedy}` : p.what }));
    view.dispatch(setDiagnostics(view.state, diagnostics));
    problems.replaceChildren(...found.map((p) => element("li", {},
      p.line === null ? "" : button(`Line ${p.line}`, () => {
        view.dispatch({ selection: { anchor: at(p).from }, scrollIntoView: true });
        view.focus();
      }), ` ${p.what}`, p.remedy ? ` — ${p.remedy}` : "")));
    if (found.length) state.textContent = `${found.length} ${found.length === 1 ? "problem" : "problems"} in the text.`;
  }

  async function load() {
    const again = await post("/text", {});
    file = { ...again, original: again.stamp === served.stamp ? again.text : null };
    shown = null;
    view.setState(stateOf(file.text));
    keep.disabled = !file.mine;
    state.textContent = file.mine ? "As in the file." : "A model of the package, which is not changed: save a copy to keep what you write.";
    if (file.original === null) {
      changed(); // it is another one on the disk than the page was made from
    }
  }
  async function save() {
    if (!file.mine) return copy();
    const written = text();
    try {
      const { stamp } = await post("/save", { text: written, stamp: file.stamp });
      file = { ...file, text: written, stamp };
      state.textContent = "Saved.";
    } catch (problem) {
      state.textContent = `Not saved: ${problem.message}.`;
    }
    return null;
  }
  function copy() {
    const link = element("a", { href: URL.createObjectURL(new Blob([text()], { type: "application/yaml" })), download: `${name}.yaml` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  const keep = button("Save to the file", save);
  holder.replaceChildren(
    element("p", {}, button("Undo", () => undo(view)), " ", button("Redo", () => redo(view)), " ", keep, " ", button("Save a copy", copy)),
    element("p", { class: "note" }, "Control-Z undoes, Control-S saves, F8 goes to the next problem; Tab leaves the editor."),
    place, state, problems);
  return load().catch((problem) => {
    state.textContent = `The file cannot be shown: ${problem.message}.`;
  });
}
