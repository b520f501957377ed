// Counts while somebody types: the server hears of it only afterwards.
export default function ({ data, parentElement }) {
  const told = parentElement.querySelector('.left');
  if (!told || !data) return;
  const show = (given) => {
    const left = data.most - given;
    told.textContent = `${left.toLocaleString('en-GB')} character${left === 1 ? '' : 's'} left`;
  };
  const heard = (event) => {
    if (event.target.closest?.(`.st-key-${data.field}`)) show([...event.target.value].length);
  };
  show(data.given);
  document.addEventListener('input', heard);
  return () => document.removeEventListener('input', heard);
}
