//! Every sentence that the UI can say.

use domain::Problem;

/// The title of the browser's tab.
pub fn page_title(page: String) -> String {
    if page.is_empty() { "Confab".to_owned() } else { format!("{page} · Confab") }
}

/// What happened, and what to do.
pub fn of_problem(problem: &Problem) -> String {
    problem.to_string()
}
