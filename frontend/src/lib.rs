//! Wakes the pages in the browser.
