//! Writes the bindings of a built library: `uniffi-bindgen generate --language kotlin --out-dir OUT libnexa_ffi.so`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
