// "/" leads to the find box, unless somebody is typing; the other keys are Streamlit's own.
const TYPING = "input, textarea, select, [contenteditable=true], [role=spinbutton]";
export default function () {
  const find = (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.activeElement?.closest(TYPING)) return;
    const box = document.querySelector(".st-key-find input");
    if (!box) return;
    event.preventDefault();
    box.focus();
  };
  document.addEventListener("keydown", find);
  return () => document.removeEventListener("keydown", find);
}
