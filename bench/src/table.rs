//! The table: a block for each group of figures, a row for each thing measured, a column for each
//! candidate.

use crate::{
    candidates,
    figures::{Figure, Results},
};

const LABEL: usize = 24;
const CELL: usize = 16;

/// Prints medians; for the cost of a wrapper, how much it is above raw JavaScript; and the ratio to
/// that wherever there is one.
pub(crate) fn print(results: &Results) {
    let mut rest = results.figures.as_slice();
    while let Some(first) = rest.first() {
        let group = (first.group(), &first.browser);
        let same = |figure: &&Figure| (figure.group(), &figure.browser) == group;
        let len = rest.iter().take_while(same).count();
        let (block, others) = rest.split_at(len);
        print_block(first, block);
        rest = others;
    }
    for skipped in &results.skipped {
        println!("\n{skipped}");
    }
}

fn print_block(first: &Figure, block: &[Figure]) {
    let is = |name: &str| block.iter().any(|figure| figure.candidate == name);
    let names = candidates::ALL.iter().map(|candidate| candidate.name);
    let columns: Vec<_> = names.filter(|name| is(name)).collect();

    let browser = first.browser.as_ref();
    let place = browser.map_or(String::new(), |name| format!(" in {name}"));
    let unit = match (first.unit.as_str(), first.above_raw) {
        ("ns", Some(_)) => "µs a message, above raw JavaScript, and the ratio to it",
        ("µs", Some(_)) => "µs, and the ratio to raw JavaScript",
        (unit, _) => unit,
    };
    println!("\n{}{place} ({unit})", first.group());
    print!("{:LABEL$}", "");
    for column in &columns {
        print!(" {:>CELL$}", label(column));
    }
    println!();

    for row in block.chunk_by(|one, other| one.name == other.name) {
        print!("{:LABEL$}", row[0].item());
        for column in &columns {
            let figure = row.iter().find(|figure| figure.candidate == *column);
            print!(" {:>CELL$}", figure.map_or(String::new(), cell));
        }
        println!();
    }
}

fn cell(figure: &Figure) -> String {
    let micros = |nanos: f64| match nanos.abs() {
        0.0..10e3 => format!("{:.3}", nanos / 1e3),
        _ => format!("{:.1}", nanos / 1e3),
    };
    match (figure.unit.as_str(), figure.above_raw, figure.ratio) {
        ("ns", Some(_), _) if figure.candidate == candidates::RAW_JS => micros(figure.median),
        ("ns", Some(above), Some(ratio)) => format!("{} ({ratio:.2})", micros(above)),
        ("µs", _, Some(ratio)) => format!("{:.1} ({ratio:.2})", figure.median),
        _ => match figure.limit {
            Some(limit) if figure.median > limit => format!("{} OVER {limit}", figure.median),
            Some(limit) => format!("{} of {limit}", figure.median),
            None => figure.median.to_string(),
        },
    }
}

fn label(candidate: &str) -> String {
    let short = candidate.replace("wasm-websocket", "this crate");
    let short = short.replace("raw JavaScript, WebSocketStream", "raw WSStream");
    let short = short.replace(", WebSocketStream", " WSS");
    short.trim_start_matches("tokio-").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_told_and_whether_it_is_kept() {
        let limited = |bytes| Figure::single("page", "ours", bytes, "bytes").limited(150.0);
        assert_eq!(cell(&limited(150.0)), "150 of 150");
        assert_eq!(cell(&limited(151.0)), "151 OVER 150");
    }
}
