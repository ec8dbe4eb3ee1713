export interface Card {
  readonly key: string;
  /** A card with another version is made anew. */
  readonly version: string;
  readonly make: () => HTMLElement;
}

/** Makes a list hold these cards, and keeps those that have not changed: focus and animations stay. */
export function keepCards(list: HTMLElement, cards: readonly Card[]): void {
  const present = new Map(
    [...list.children].map((child) => [(child as HTMLElement).dataset['key'], child as HTMLElement]),
  );
  const made = cards.map(({ key, version, make }) => {
    const old = present.get(key);
    if (old?.dataset['version'] === version) return old;
    const fresh = make();
    Object.assign(fresh.dataset, { key, version });
    if (!old) fresh.classList.add('is-new');
    const hadFocus = old?.contains(document.activeElement);
    old?.replaceWith(fresh);
    if (hadFocus) fresh.focus();
    return fresh;
  });
  const gone = [...list.children].filter((child) => !made.includes(child as HTMLElement));
  for (const child of gone) child.remove();
  made.forEach((card, index) => {
    if (list.children[index] !== card) list.insertBefore(card, list.children[index] ?? null);
  });
}
