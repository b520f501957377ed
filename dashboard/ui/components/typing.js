// Tells the server of a long text while it is typed, after a pause: by itself it would hear of it
// only once the text is left, and never if the page is loaded again before.
const PAUSE_MS = 500;
export default function () {
  let pause = 0;
  const heard = ({ target }) => {
    if (!target.closest?.('[data-testid=stTextArea]')) return;
    clearTimeout(pause);
    pause = setTimeout(() => {
      if (document.activeElement !== target) return;
      // as if it were left and entered again; the keyboard stays where it is
      for (const name of ['focusout', 'focusin']) {
        target.dispatchEvent(new FocusEvent(name, { bubbles: true }));
      }
    }, PAUSE_MS);
  };
  document.addEventListener('input', heard);
  return () => {
    clearTimeout(pause);
    document.removeEventListener('input', heard);
  };
}
