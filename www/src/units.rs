//! Durations and sizes, as people read them.

/// A duration in milliseconds, such as `0.7 ms`, `48.0 ms` or `1.25 s`.
///
/// Browsers round their clock to a tenth of a millisecond or to a whole one, so that a short
/// duration can be zero.
pub(crate) fn duration(milliseconds: f64) -> String {
    if milliseconds < 0.05 {
        "under 1 ms".to_owned()
    } else if milliseconds < 999.95 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{:.2} s", milliseconds / 1000.0)
    }
}

/// A number of bytes, such as `1 byte` or `12,345 bytes`.
pub(crate) fn bytes(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if count == 1 { "byte" } else { "bytes" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_the_digits_that_matter() {
        for (milliseconds, shown) in [
            (0.0, "under 1 ms"),
            (0.1, "0.1 ms"),
            (48.04, "48.0 ms"),
            (999.9, "999.9 ms"),
            (999.96, "1.00 s"),
            (12_345.0, "12.35 s"),
        ] {
            assert_eq!(duration(milliseconds), shown);
        }
    }

    #[test]
    fn sizes_are_grouped_by_thousands() {
        for (count, shown) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1,000 bytes"),
            (1_234_567, "1,234,567 bytes"),
        ] {
            assert_eq!(bytes(count), shown);
        }
    }
}
