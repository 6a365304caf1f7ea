//! All binaries are this file: each runs the target that has its name.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| endcap_fuzz::run(env!("CARGO_BIN_NAME"), data));
