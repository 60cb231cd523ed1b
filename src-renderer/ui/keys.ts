/** Which key presses belong to the room and which to the control that has the focus. */

/** Controls that need the keys themselves. */
const owners = {
  letters: 'input:not([type="radio"], [type="range"]), select, textarea',
  arrows: 'input, select, textarea, [role="slider"]',
  presses: 'button, a, input, select, textarea',
} as const

/**
 * True where a key is for the room: no dialog is open, nobody took the event, and the control that has the focus
 * has no use for `keys` (presses: Enter and space; arrows: with Home, End and the pages).
 */
export function isForRoom(event: KeyboardEvent, keys: keyof typeof owners): boolean {
  if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return false
  // Escape closes a popover first.
  if (event.key === 'Escape' && document.querySelector(':popover-open') !== null) return false
  return !(event.target instanceof Element && event.target.closest(owners[keys]) !== null)
}

/** For a control that was used by mouse: the arrows belong to the room again. */
export const releaseKeys = (event: Event & { readonly currentTarget: HTMLElement }): void =>
  event.currentTarget.blur()

/** Ctrl, or Command on a Mac. */
export const hasCommand = (event: KeyboardEvent | MouseEvent): boolean => event.ctrlKey || event.metaKey
