// What people paste into a line of text.

/** What turns the text behind it around, and is kept nowhere. */
export const TURNED = 'a\u202eb';

/** What a line is told that holds it. */
export const REFUSED = 'Control characters cannot be kept. Remove them.';
