type Child = Node | string;

/** Makes an element with properties and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The element of the page with this id. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** Screen readers read a live region again on each write. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

export const isBlocked = (button: HTMLButtonElement): boolean => button.ariaDisabled === 'true';

/** Blocks a button without taking the focus from it. */
export function setBlocked(button: HTMLButtonElement, blocked: boolean): void {
  button.ariaDisabled = blocked ? 'true' : null;
}
