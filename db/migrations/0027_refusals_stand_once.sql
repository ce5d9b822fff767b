-- control_refusal counts these as well.
drop table refused_report;
