//! Tokendesk's doors: routes, forms, headers, listening. The binary adds settings and commands.

pub mod assets;
pub mod forms;
pub mod headers;
pub mod listen;
mod notice;
pub mod router;
