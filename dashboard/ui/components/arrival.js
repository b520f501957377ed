// Whoever confirmed something with a key keeps the place: the form that had the focus may be gone.
const EVERY_MS = 100;
const UNTIL_MS = 3000;
export default function ({ data }) {
  if (!data) return;
  const told = document.querySelector(`.st-key-${data.place} [role=status]`);
  if (!told) return;
  told.tabIndex = -1;
  const look = setInterval(() => {
    if (document.activeElement !== document.body) return;
    told.focus({ preventScroll: true });
    clearInterval(look);
  }, EVERY_MS);
  const end = setTimeout(() => clearInterval(look), UNTIL_MS);
  return () => {
    clearInterval(look);
    clearTimeout(end);
  };
}
