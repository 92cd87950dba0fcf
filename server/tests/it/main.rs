//! The binary and its doors, tried from outside: by plain HTTP, and on a real PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod api;
mod api_doors;
mod assets;
mod bad_fields;
mod bad_input;
mod bad_settings;
mod browser;
mod crash;
mod demo;
mod desk;
mod doors;
mod embedded;
mod every_form;
mod exact;
mod flood;
mod forms;
mod hang_up;
mod headers;
mod manual;
mod pages;
mod planted;
mod process;
mod replace;
mod reset;
mod said;
mod secrets;
mod slow;
mod users;
mod whence;
