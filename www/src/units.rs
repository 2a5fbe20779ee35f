//! Durations and sizes, as people read them.

/// A duration in milliseconds, such as `0.7 ms`, `48.0 ms` or `1.25 s`.
///
/// Browsers round their clock to a tenth of a millisecond or to a whole one, so that a short
/// duration can be zero.
pub(crate) fn duration(milliseconds: f64) -> String {
    if milliseconds < 0.05 {
        "under 1 ms".to_owned()
    } else if milliseconds < 999.95 {
        format!("{} ms", decimal(milliseconds, 1))
    } else {
        format!("{} s", decimal(milliseconds / 1000.0, 2))
    }
}

/// A number that isn't negative, with this many decimals. The standard library's way makes the
/// page larger by a tenth.
pub(crate) fn decimal(number: f64, decimals: u32) -> String {
    let unit = 10_u64.pow(decimals);
    let scaled = (number * unit as f64).round() as u64;
    let (whole, rest) = (scaled / unit, scaled % unit);
    match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{rest:0width$}", width = decimals as usize),
    }
}

/// A number of bytes, such as `1 byte` or `12,345 bytes`.
pub(crate) fn bytes(count: u64) -> String {
    let unit = if count == 1 { "byte" } else { "bytes" };
    format!("{} {unit}", grouped(count))
}

/// A number with its thousands apart, such as `12,345`.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
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
            (12_346.0, "12.35 s"),
        ] {
            assert_eq!(duration(milliseconds), shown);
        }
    }

    #[test]
    fn decimals_are_rounded_and_padded() {
        for (number, decimals, shown) in [
            (12.3456, 2, "12.35"),
            (0.004, 2, "0.00"),
            (0.999, 2, "1.00"),
            (7.06, 1, "7.1"),
            (7.5, 0, "8"),
        ] {
            assert_eq!(decimal(number, decimals), shown);
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
