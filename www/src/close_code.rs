//! What the codes of closing mean
//! ([RFC 6455, section 7.4.2](https://www.rfc-editor.org/rfc/rfc6455#section-7.4.2)).

use wasm_websocket::CloseCode;

/// By the registry, or else by the range that it is in.
pub(crate) fn meaning(code: CloseCode) -> &'static str {
    code.meaning().unwrap_or(match code.as_u16() {
        3000..=3999 => "of a library, framework or application",
        4000..=4999 => "for private use",
        _ => "not registered",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_is_not_registered_means_what_its_range_does() {
        assert_eq!(meaning(CloseCode::NORMAL), "normal closure");
        assert_eq!(
            meaning(CloseCode::new(3001)),
            "of a library, framework or application"
        );
        assert_eq!(meaning(CloseCode::new(4999)), "for private use");
        assert_eq!(meaning(CloseCode::new(2000)), "not registered");
    }
}
