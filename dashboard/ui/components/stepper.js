const WORDS = { done: 'completed', current: 'current step', ahead: 'not begun' };
const DIRECTION = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const part = (cls, text) => {
  const made = document.createElement('span');
  made.className = cls;
  made.textContent = text;
  made.setAttribute('aria-hidden', 'true');
  return made;
};
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.steps');
  if (!root || !data) return;
  const focused = parentElement.activeElement?.dataset?.number;
  root.setAttribute('aria-label', data.label);
  const list = document.createElement('ol');
  for (const step of data.steps) {
    const item = document.createElement('li');
    item.className = step.state + (step.is_slow ? ' slow' : '');
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.number = step.number;
    button.tabIndex = step.number === data.selected ? 0 : -1;
    button.setAttribute('aria-pressed', String(step.number === data.selected));
    if (step.state === 'current') button.setAttribute('aria-current', 'step');
    button.setAttribute('aria-label', `Step ${step.number} of ${data.steps.length}: ${step.name}, `
      + `${WORDS[step.state]}${step.is_slow ? ', slower than usual' : ''}, ${step.who}, ${step.time}`);
    const sign = step.state === 'done' ? '✓' : String(step.number);
    button.append(part('dot', sign), part('name', step.name), part('who', step.who),
      part('time', step.time));
    button.onclick = () => setTriggerValue('picked', step.number);
    item.append(button);
    list.append(item);
  }
  list.onkeydown = (event) => {
    const buttons = [...list.querySelectorAll('button')];
    const here = buttons.indexOf(parentElement.activeElement);
    const there = { Home: 0, End: buttons.length - 1 }[event.key] ?? here + DIRECTION[event.key];
    if (!buttons[there]) return;
    event.preventDefault();
    buttons.forEach((button) => { button.tabIndex = -1; });
    buttons[there].tabIndex = 0;
    buttons[there].focus();
  };
  root.replaceChildren(list);
  if (focused) root.querySelector(`button[data-number="${focused}"]`)?.focus();
}
