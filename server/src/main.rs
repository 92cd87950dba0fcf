//! The `tokendesk` binary.
#![doc(test(attr(deny(warnings))))]
fn main() {}
