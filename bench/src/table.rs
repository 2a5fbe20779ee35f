//! The table: a block for each group of figures, a row for each thing measured, a column for each
//! candidate.

use crate::{candidates, figures::Figure};

const LABEL: usize = 24;
const CELL: usize = 16;

/// Prints medians; for times of a single message, which vary with the machine, how much they are
/// above raw JavaScript, and else the ratio to it.
pub(crate) fn print(figures: &[Figure]) {
    let mut rest = figures;
    while let Some(first) = rest.first() {
        let group = (first.group(), &first.browser);
        let same = |figure: &&Figure| (figure.group(), &figure.browser) == group;
        let len = rest.iter().take_while(same).count();
        let (block, others) = rest.split_at(len);
        print_block(first, block);
        rest = others;
    }
}

fn print_block(first: &Figure, block: &[Figure]) {
    let is = |name: &str| block.iter().any(|figure| figure.candidate == name);
    let names = candidates::ALL.iter().map(|candidate| candidate.name);
    let columns: Vec<_> = names.filter(|name| is(name)).collect();

    let browser = first.browser.as_ref();
    let place = browser.map_or(String::new(), |name| format!(" in {name}"));
    let unit = match first.above_raw {
        Some(_) => format!("{}, above raw JavaScript", first.unit),
        None => first.unit.clone(),
    };
    println!("\n{}{place} ({unit})", first.group());
    print!("{:LABEL$}", "");
    for column in &columns {
        print!(" {:>CELL$}", abbreviated(column));
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
    match (figure.above_raw, figure.ratio) {
        (Some(_), _) if figure.candidate == candidates::RAW_JS => number(figure.median),
        (Some(above), Some(ratio)) => format!("+{} ({ratio:.2}×)", number(above)),
        _ => number(figure.median),
    }
}

fn abbreviated(name: &str) -> String {
    let name = name.replace("wasm-websocket", "this crate");
    name.chars().take(CELL).collect()
}

fn number(value: f64) -> String {
    if value.abs() < 100.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}
