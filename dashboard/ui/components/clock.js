const element = (tag, cls, text) => {
  const made = document.createElement(tag);
  made.className = cls;
  if (text) made.textContent = text;
  return made;
};
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector('.clock');
  if (!root || !data) return;
  const share = (hours) => `${Math.min(100, 100 * hours / data.span)}%`;
  const words = element('div', 'words');
  words.append(element('div', `big ${data.tone}`, data.headline));
  data.facts.forEach((fact) => words.append(element('span', '', fact)));
  const bar = element('div', 'bar');
  bar.setAttribute('role', 'img');
  bar.setAttribute('aria-label', data.alt);
  const promised = element('div', 'promised');
  promised.style.left = share(data.target);
  promised.style.width = `calc(${share(data.limit)} - ${share(data.target)})`;
  const used = element('div', `used ${data.tone}`);
  used.style.width = share(data.used);
  bar.append(promised, used);
  // what the stylesheet needs to keep the words at the two marks apart, however long it took
  const letters = data.target_text.length + data.limit_text.length;
  bar.style.setProperty('--apart', `${100 * (data.limit - data.target) / data.span}cqw`);
  bar.style.setProperty('--room', `${.27 * letters + .8}em`);
  for (const kind of ['target', 'limit']) {
    const mark = element('div', `mark ${kind}`);
    mark.style.left = share(data[kind]);
    mark.append(element('b', '', data[`${kind}_text`]));
    bar.append(mark);
  }
  const foot = element('div', 'foot');
  data.foot.forEach((text) => foot.append(element('span', '', text)));
  root.replaceChildren(words, bar, foot);
}
