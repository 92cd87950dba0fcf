//! Tells the pages a number that changes with the drawings, for browsers to keep these by it.

use std::fs;
use std::hash::{DefaultHasher, Hasher};

fn main() {
    let mut content = DefaultHasher::new();
    for drawing in ["art.svg", "icons.svg"] {
        let path = format!("../style/public/{drawing}");
        println!("cargo::rerun-if-changed={path}");
        match fs::read(&path) {
            Ok(bytes) => content.write(&bytes),
            Err(error) => println!("cargo::error=cannot read {path}: {error}"),
        }
    }
    println!("cargo::rustc-env=DRAWINGS={:016x}", content.finish());
}
