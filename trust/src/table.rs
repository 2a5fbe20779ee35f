//! A table of counts in Markdown.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write},
};

use crate::{log::Outcome, run::Counts};

/// Rows and columns come to be by what is counted, and are in the order of their names.
#[derive(Debug)]
pub(crate) struct Table {
    /// What the first columns, those that name a row, are called.
    names: &'static [&'static str],
    rows: BTreeMap<Vec<String>, BTreeMap<String, Counts>>,
}

impl Table {
    pub(crate) fn new(names: &'static [&'static str]) -> Self {
        Self {
            names,
            rows: BTreeMap::new(),
        }
    }

    pub(crate) fn cell(&mut self, row: &[&str], column: &str) -> &mut Counts {
        let row = row.iter().map(|name| (*name).to_owned()).collect();
        let cells = self.rows.entry(row).or_default();
        cells.entry(column.to_owned()).or_default()
    }

    pub(crate) fn count(&mut self, row: &[&str], column: &str, outcome: &Outcome) {
        let cell = self.cell(row, column);
        match outcome {
            Outcome::Passed => cell.passed += 1,
            Outcome::Failed => cell.failed += 1,
            Outcome::Skipped(_) => cell.skipped += 1,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = *self;
        if passed > 0 {
            write!(f, "{passed}")?;
        } else {
            f.write_str("–")?;
        }
        if failed > 0 {
            write!(f, ", **{failed} failed**")?;
        }
        if skipped > 0 {
            write!(f, ", {skipped} skipped")?;
        }
        Ok(())
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: BTreeSet<_> = self.rows.values().flat_map(BTreeMap::keys).collect();
        let names = self.names.iter().map(|name| (*name).to_owned());
        line(f, names.clone().chain(columns.iter().copied().cloned()))?;
        let (words, numbers) = (names.map(|_| "---"), columns.iter().map(|_| "---:"));
        line(f, words.chain(numbers).map(str::to_owned))?;
        for (names, cells) in &self.rows {
            let cell = |column: &&String| cells.get(*column).copied().unwrap_or_default();
            let cells = columns.iter().map(|column| cell(column).to_string());
            line(f, names.iter().cloned().chain(cells))?;
        }
        Ok(())
    }
}

/// One line of a table.
pub(crate) fn line(to: &mut impl Write, cells: impl IntoIterator<Item = String>) -> fmt::Result {
    to.write_str("|")?;
    for cell in cells {
        write!(to, " {} |", cell.replace('|', "\\|"))?;
    }
    to.write_str("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_come_to_be_by_what_is_counted() {
        let mut table = Table::new(&["feature"]);
        table.count(&["order"], "Chromium", &Outcome::Passed);
        table.count(&["close"], "Firefox", &Outcome::Failed);
        table.count(&["close"], "Firefox", &Outcome::Skipped("why".to_owned()));
        table.count(&["order"], "Chromium", &Outcome::Passed);
        assert_eq!(
            table.to_string(),
            "| feature | Chromium | Firefox |\n\
             | --- | ---: | ---: |\n\
             | close | – | –, **1 failed**, 1 skipped |\n\
             | order | 2 | – |\n"
        );
    }
}
