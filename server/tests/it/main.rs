//! The doors, asked by plain HTTP in one process: no browser, no network.

mod demo;
mod forms;
mod headers;
