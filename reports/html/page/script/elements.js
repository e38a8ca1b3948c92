/** Elements of the page: found, checked and made. Everything works on text nodes and on copies of elements; nothing is ever parsed as HTML. */

/** @param {string} id */
export const byId = (id) => document.getElementById(id);

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export const need = (id, kind) => {
  const found = byId(id);
  if (!(found instanceof kind)) throw new Error('the page has no ' + id);
  return found;
};

/**
 * @template {Element} Kind
 * @param {ParentNode} within
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind[]}
 */
export const all = (within, selector, kind) =>
  [...within.querySelectorAll(selector)].filter(/** @returns {one is Kind} */ (one) => one instanceof kind);

/**
 * The element, or the one around it, in which something happened.
 * @param {Event} event
 * @param {string} selector
 */
export const around = ({ target }, selector) => (target instanceof Element ? target.closest(selector) : null);

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} [text]
 * @param {string} [className]
 */
export const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
