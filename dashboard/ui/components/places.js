// One step to another page is one place in the browser's history. Streamlit writes two: the old page
// with the new page's parameters first, and Back then led there, without the filters that were set.
export default function () {
  if (window.changeoverPlaces) return;
  window.changeoverPlaces = true;
  const push = history.pushState.bind(history);
  let half = ''; // the address that has the new page's parameters and still the old page's path
  history.pushState = (state, unused, address) => {
    const to = new URL(address ?? location.href, location.href);
    const isElsewhere = to.pathname !== location.pathname;
    const isSecondHalf = isElsewhere && half === location.href && to.search === location.search;
    if (isSecondHalf) history.replaceState(state, unused, address);
    else push(state, unused, address);
    half = isElsewhere ? '' : location.href;
  };
}
