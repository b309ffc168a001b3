"""Who reads a key of the language: where it takes effect, and by what name it is called there."""

READERS = """
Role
  label                  role.label                       documents/front.py
  per                    role.per                         engine/organisation/roles.py
  many                   first.many                       engine/sop/defaults.py
  team                   role.team                        engine/organisation/roles.py
  from_                  role.from_                       engine/organisation/roles.py
  system                 role.system                      engine/organisation/roles.py
  supervisor_of          role.supervisor_of               engine/organisation/roles.py
  fallback               role.fallback                    engine/organisation/roles.py
  external               role.external                    engine/organisation/roles.py
  recorded_by            role.recorded_by                 engine/organisation/roles.py
  level                  role.level                       engine/organisation/roles.py
  calendar               first.calendar                   engine/sop/defaults.py
Document
  label                  document.label                   engine/queries/cases/papers.py
  versioned              document.versioned               engine/cases/documents.py
  evidence               document.evidence                engine/queries/cases/papers.py
  allow_url              document.allow_url               engine/sop/forms/binding.py
Field
  id                     field.id                         engine/cases/documents.py
  type                   field.type                       engine/cases/documents.py
  label                  field.label                        engine/cases/start_form.py
  help                   field.help                         engine/sop/forms/schema.py
  required               field.required                   engine/sop/defaults.py
  required_if            field.required_if                engine/sop/forms/deviation.py
  unique                 field.unique                       engine/sop/forms/schema.py
  readonly               field.readonly                     engine/sop/forms/context.py
  default                field.default                      engine/sop/forms/prefill.py
  default_from           field.default_from                 engine/sop/forms/prefill.py
  compute                field.compute                      engine/sop/forms/context.py
  min                    field.min                        engine/sop/forms/deviation.py
  max                    field.max                          engine/sop/forms/schema.py
  options                field.options                      engine/sop/forms/context.py
  options_from           field.options_from                 engine/sop/forms/context.py
  items                  field.items                        engine/sop/forms/context.py
  kinds                  field.kinds                        engine/sop/forms/binding.py
  columns                field.columns                    engine/cases/documents.py
  rows                   table.rows                       engine/sop/forms/tables.py
  rows_from              field.rows_from                  engine/cases/register_reads.py
  rows_where             table.rows_where                 engine/sop/forms/tables.py
  add_rows               field.add_rows                   engine/cases/documents.py
  group_by               field.group_by                     engine/sop/forms/schema.py
  from_                  field.from_                        engine/sop/forms/summary.py
  document               field.document                   engine/cases/documents.py
  unit_type              field.unit_type                    engine/sop/forms/context.py
  to                     field.to                           engine/sop/defaults.py
  role                   field.role                       engine/cases/time_spent.py
  register               field.register                   engine/cases/register_reads.py
  where                  field.where                        engine/sop/forms/context.py
  lookup                 field.lookup                     engine/cases/register_reads.py
FormRule
  require                rule.require                     engine/sop/forms/schema.py
  when                   rule.when                        engine/sop/forms/validation.py
  message                rule.message                     engine/sop/forms/schema.py
Form
  fields                 form.fields                      engine/cases/documents.py
  rules                  form.rules                       engine/sop/forms/definition.py
Period
  type                   period.type                      engine/commands/cases/start.py
  required               period.required                  engine/queries/definitions/definitions.py
  unique                 period.unique                    engine/commands/cases/start.py
CaseRules
  title                  case.title                       engine/cases/expression_values.py
  prefix                 case.prefix                      engine/sop/defaults.py
  period                 case.period                      engine/cases/expression_values.py
  confidential           case.confidential                engine/permissions/visibility.py
  fields                 case.fields                      engine/cases/expression_values.py
  parties                case.parties                     engine/cases/expression_values.py
  results                case.results                     engine/reminders/act_notices.py
ScheduleOpen
  working_days_before_window open.working_days_before_window  engine/sop/schedule.py
Window
  period                 each.period                      engine/sop/schedule.py
  month                  deadline.month                   engine/cases/dates.py
  week                   deadline.week                    engine/cases/dates.py
  year                   each.year                        engine/sop/schedule.py
Trigger
  type                   trigger.type                     engine/permissions/start.py
  by                     trigger.by                       engine/permissions/start.py
  open                   trigger.open                     engine/sop/schedule.py
  windows                trigger.windows                  engine/cases/dates.py
  empty_window           trigger.empty_window             engine/cases/dates.py
  sop                    trigger.sop                      engine/commands/cases/children.py
  outcome                trigger.outcome                  engine/commands/cases/children.py
  passes                 mine[0].passes                   engine/commands/cases/children.py
  basis                  trigger.basis                    engine/sop/defaults.py
Due
  at                     rule.at                          engine/cases/dates.py
  before                 rule.before                      engine/cases/dates.py
  after                  rule.after                       engine/cases/dates.py
  days_of_month          due.days_of_month                engine/cases/dates.py
  offset                 due.offset                       engine/cases/dates.py
  free_day               due.free_day                     engine/cases/dates.py
Milestone
  at                     milestone.at                     engine/reminders/plan.py
  due                    milestone.due                    engine/cases/expression_values.py
  basis                  milestone.basis                  engine/sop/defaults.py
Sla
  calendar               sla.calendar                     engine/store/catalog.py
  pickup                 sla.pickup                       engine/cases/due_dates.py
  on_return              sla.on_return                    engine/cases/due_dates.py
  case_target            sla.case_target                  engine/cases/context.py
  milestones             sla.milestones                   engine/cases/expression_values.py
ForEach
  unit                   each.unit                        engine/cases/branches.py
  from_                  each.from_                       engine/cases/branches.py
  units                  each.units                       engine/cases/branches.py
  rows                   each.rows                        engine/cases/branches.py
  as_                    each.as_                         engine/sop/expressions/scope.py
Block
  label                  block.label                      engine/cases/branches.py
  for_each               block.for_each                   engine/cases/branches.py
  steps                  block.steps                      engine/cases/branches.py
  branches               block.branches                   engine/cases/branches.py
  join                   block.join                       engine/cases/migration.py
  next                   next                             engine/cases/transition.py
  basis                  block.basis                      engine/sop/defaults.py
Requirement
  doc                    requirement.doc                  engine/cases/task_context.py
  any_of                 requirement.any_of               engine/cases/task_context.py
  text                   requirement.text                 engine/cases/task_context.py
  when                   requirement.when                 engine/cases/task_context.py
  copies                 requirement.copies               engine/cases/task_context.py
  from_                  requirement.from_                engine/cases/task_context.py
Remarks
  text                   remarks.text                     documents/content.py
  sop                    remarks.sop                      engine/queries/definitions/catalogue.py
Fee
  label                  fee.label                        engine/cases/fees.py
  amount                 fee.amount                       engine/cases/fees.py
  text                   fee.text                         engine/cases/fees.py
TimeBy
  field                  time_by.field                    engine/cases/due_dates.py
  times                  time_by.times                    engine/cases/due_dates.py
Step
  id                     step.id                          engine/cases/due_dates.py
  number                 step.number                      engine/queries/cases/screens.py
  printed                step.printed                     engine/sop/defaults.py
  row                    step.row                         engine/cases/due_dates.py
  stage                  step.stage                       engine/sop/defaults.py
  activity               step.activity                    engine/cases/new_task.py
  label                  step.label                       engine/cases/new_task.py
  client                 step.client                      engine/queries/cases/tasks.py
  kind                   step.kind                        engine/cases/time_spent.py
  when                   step.when                        engine/cases/transition.py
  executor               step.executor                    documents/content.py
  participants           step.participants                engine/cases/transition.py
  informed               step.informed                    engine/cases/transition.py
  assign                 step.assign                      engine/cases/new_task.py
  decide                 step.decide                      engine/cases/decision.py
  requirements           step.requirements                engine/cases/task_context.py
  time                   step.time                        engine/cases/due_dates.py
  time_text              step.time_text                   documents/content.py
  time_per               step.time_per                    engine/cases/due_dates.py
  time_by                step.time_by                     engine/cases/due_dates.py
  calendar               step.calendar                    engine/cases/context.py
  pickup                 step.pickup                      engine/cases/due_dates.py
  due                    step.due                         engine/cases/due_dates.py
  not_before             step.not_before                  engine/cases/due_dates.py
  output                 step.output                      documents/content.py
  remarks                step.remarks                     engine/queries/cases/tasks.py
  fee                    step.fee                         engine/cases/fees.py
  form                   step.form                        engine/cases/expression_values.py
  sign                   step.sign                        engine/sop/machine.py
  notify                 step.notify                      engine/sop/machine.py
  set                    step.set                         engine/cases/expression_values.py
  write                  step.write                       engine/cases/progress.py
  numbering              step.numbering                   engine/cases/transition.py
  result                 step.result                      engine/sop/machine.py
  clock                  step.clock                       engine/cases/due_dates.py
  strategic              step.strategic                   engine/cases/new_task.py
  allow_progress         step.allow_progress              engine/permissions/rules.py
  not_same_person_as     step.not_same_person_as          engine/cases/new_task.py
  not_same_unit_as_branch step.not_same_unit_as_branch     engine/cases/new_task.py
  next                   step.next                        engine/cases/transition.py
  outcomes               step.outcomes                    engine/cases/decision.py
  start_sop              step.start_sop                   engine/sop/machine.py
  after                  after                            engine/cases/lines.py
  basis                  step.basis                       engine/queries/cases/tasks.py
Definition
  id                     definition.id                    engine/cases/new_task.py
  version                definition.version               engine/permissions/refusals.py
  status                 definition.status                engine/commands/definitions/definitions.py
  identity               definition.identity              engine/cases/expression_values.py
  roles                  definition.roles                 engine/cases/new_task.py
  documents              definition.documents             engine/cases/child_cases.py
  case                   definition.case                  engine/cases/expression_values.py
  triggers               definition.triggers              engine/cases/dates.py
  sla                    definition.sla                   engine/cases/context.py
  escalation             definition.escalation            engine/store/catalog.py
  fees                   definition.fees                  engine/cases/fees.py
  blocks                 definition.blocks                engine/cases/branches.py
  steps                  definition.steps                 engine/cases/due_dates.py
  deviations             definition.deviations            engine/cases/expression_values.py
  forms                  definition.forms                 engine/cases/documents.py
Sign
  kind                   sign.kind                        engine/commands/cases/completion.py
  document               sign.document                    engine/commands/cases/completion.py
  documents              sign.documents                   engine/commands/cases/completion.py
  via                    sign.via                         engine/commands/cases/completion.py
  proof                  sign.proof                       engine/commands/cases/completion.py
StartSop
  sop                    start.sop                        engine/cases/child_cases.py
  when                   start.when                       engine/cases/child_cases.py
  for_each               start.for_each                   engine/cases/child_cases.py
  wait                   start.wait                       engine/cases/child_cases.py
  pass_                  start.pass_                      engine/cases/child_cases.py
  returns                start.returns                    engine/cases/child_cases.py
  accept                 start.accept                     engine/cases/child_cases.py
DecreeOf
  number                 decree.number                    engine/cases/team_terms.py
  date                   decree.date                      engine/cases/team_terms.py
Appoint
  team                   appoint.team                     engine/cases/team_terms.py
  members                appoint.members                  engine/cases/team_terms.py
  chair                  appoint.chair                    engine/cases/team_terms.py
  from_                  appoint.from_                    engine/cases/team_terms.py
  to                     appoint.to                       engine/cases/team_terms.py
  decree                 appoint.decree                   engine/cases/team_terms.py
Numbering
  series                 numbering.series                 engine/cases/assignments.py
  set                    numbering.set                    engine/cases/assignments.py
  format                 numbering.format                 engine/cases/assignments.py
Outcome
  batch                  outcome.batch                    engine/sop/machine.py
  label                  outcome.label                    engine/sop/machine.py
  to                     outcome.to                       engine/sop/machine.py
  return_                outcome.return_                  engine/sop/machine.py
  reason                 outcome.reason                   engine/sop/machine.py
  assign_to              outcome.assign_to                engine/sop/machine.py
  sign                   outcome.sign                     engine/sop/machine.py
  start_sop              outcome.start_sop                engine/sop/machine.py
  set                    outcome.set                      engine/cases/expression_values.py
  write                  outcome.write                    engine/sop/machine.py
  appoint                outcome.appoint                  engine/sop/machine.py
  notify                 outcome.notify                   engine/sop/machine.py
  result                 outcome.result                   engine/sop/machine.py
  branches               outcome.branches                 engine/sop/machine.py
Decide
  by                     rule.by                          engine/cases/decision.py
  at_least               rule.at_least                    engine/cases/decision.py
  veto                   rule.veto                        engine/cases/decision.py
  otherwise              rule.otherwise                   engine/cases/decision.py
Deviation
  at                     path.at                          engine/sop/machine.py
  outcome                path.outcome                     engine/sop/machine.py
  to                     path.to                          engine/sop/machine.py
  label                  path.label                       engine/sop/machine.py
  by                     path.by                          engine/sop/machine.py
  when                   path.when                        engine/sop/machine.py
  scope                  path.scope                       engine/sop/machine.py
  approve_by             path.approve_by                  engine/sop/machine.py
  result                 path.result                      engine/sop/machine.py
  reason                 path.reason                      engine/sop/machine.py
  set                    path.set                         engine/sop/machine.py
  write                  path.write                       engine/sop/machine.py
Deviations
  enabled                deviations.enabled               engine/sop/machine.py
  paths                  deviations.paths                 engine/cases/expression_values.py
RelatedSop
  sop                    related.sop                      engine/queries/definitions/catalogue.py
  title                  related.title                    documents/front.py
LegalBasis
  text                   basis.text                       documents/front.py
  note                   basis.note                       documents/front.py
Service
  classification         service.classification           documents/front.py
  transaction            service.transaction              documents/front.py
  who_may_avail          service.who_may_avail            documents/front.py
  hours                  service.hours                    documents/front.py
Identity
  title                  identity.title                   engine/cases/expression_values.py
  government             identity.government              documents/front.py
  agency                 identity.agency                  documents/front.py
  unit                   identity.unit                    documents/front.py
  number                 identity.number                  documents/front.py
  created_on             identity.created_on              documents/document.py
  revised_on             identity.revised_on              documents/document.py
  effective_on           identity.effective_on            documents/document.py
  approved_by            identity.approved_by             engine/permissions/visibility.py
  kind                   identity.kind                    documents/front.py
  product_owner          identity.product_owner           documents/front.py
  activity_owner         identity.activity_owner          engine/permissions/visibility.py
  scope                  identity.scope                   documents/front.py
  legal_basis            identity.legal_basis             documents/front.py
  qualifications         identity.qualifications          documents/front.py
  related                identity.related                 documents/front.py
  equipment              identity.equipment               documents/front.py
  warning                identity.warning                 documents/front.py
  recording              identity.recording               documents/front.py
  total_time_text        identity.total_time_text         documents/procedure.py
  service                identity.service                 documents/front.py
"""
