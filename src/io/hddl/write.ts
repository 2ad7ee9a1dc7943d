/** Writes domains and problems as HDDL (or PDDL when there is no hierarchy); the reader gives back an equal problem. */
import type { Effect, Formula, NumericExpression, TypedName } from '../../domain/formula.ts'
import type { HtnDomain, HtnProblem, SymbolDeclaration, TaskNetwork } from '../../domain/htn.ts'

export function writeHddlDomain(domain: HtnDomain): string {
  const lines = [`(define (domain ${domain.name})`]
  if (domain.requirements.length > 0) lines.push(`  (:requirements ${domain.requirements.join(' ')})`)
  if (domain.types.length > 0) {
    const types = domain.types.map((type) => typed({ name: type.name, types: type.parents }))
    lines.push(`  (:types ${types.join(' ')})`)
  }
  if (domain.constants.length > 0) lines.push(`  (:constants ${typedList(domain.constants)})`)
  if (domain.predicates.length > 0) lines.push(`  (:predicates ${domain.predicates.map(declaration).join(' ')})`)
  if (domain.fluents.length > 0) lines.push(`  (:functions ${domain.fluents.map(declaration).join(' ')})`)
  for (const task of domain.tasks) lines.push(`  (:task ${task.name} :parameters (${typedList(task.parameters)}))`)
  for (const method of domain.methods) {
    lines.push(
      `  (:method ${method.name}`,
      `    :parameters (${typedList(method.parameters)})`,
      `    :task ${list([method.task, ...method.taskArguments])}`,
    )
    if (!isTrue(method.precondition)) lines.push(`    :precondition ${formula(method.precondition)}`)
    lines.push(...network(method.network, '    '), '  )')
  }
  for (const action of domain.actions) {
    lines.push(`  (:action ${action.name}`, `    :parameters (${typedList(action.parameters)})`)
    if (!isTrue(action.precondition)) lines.push(`    :precondition ${formula(action.precondition)}`)
    lines.push(`    :effect (and ${action.effects.map(effect).join(' ')})`, '  )')
  }
  lines.push(')')
  return `${lines.join('\n')}\n`
}

export function writeHddlProblem(problem: HtnProblem): string {
  const lines = [`(define (problem ${problem.name})`, `  (:domain ${problem.domain.name})`]
  if (problem.objects.length > 0) lines.push(`  (:objects ${typedList(problem.objects)})`)
  if (problem.network !== null) {
    lines.push('  (:htn')
    if (problem.networkParameters.length > 0) lines.push(`    :parameters (${typedList(problem.networkParameters)})`)
    lines.push(...network(problem.network, '    '), '  )')
  }
  lines.push('  (:init')
  for (const fact of problem.facts) lines.push(`    ${list([fact.predicate, ...fact.arguments])}`)
  for (const value of problem.values) lines.push(`    (= ${list([value.fluent, ...value.arguments])} ${value.value})`)
  lines.push('  )')
  if (problem.goal !== null) lines.push(`  (:goal ${formula(problem.goal)})`)
  if (problem.metric !== null) lines.push(`  (:metric minimize ${number(problem.metric)})`)
  lines.push(')')
  return `${lines.join('\n')}\n`
}

function list(words: readonly string[]): string {
  return `(${words.join(' ')})`
}

function typed(name: TypedName): string {
  if (name.types.length === 0) return `${name.name} - object`
  return name.types.length === 1 ? `${name.name} - ${name.types[0]}` : `${name.name} - (either ${name.types.join(' ')})`
}

function typedList(names: readonly TypedName[]): string {
  return names.map(typed).join(' ')
}

function declaration(symbol: SymbolDeclaration): string {
  return list([symbol.name, ...symbol.parameters.map(typed)])
}

function isTrue(condition: Formula): boolean {
  return condition.kind === 'and' && condition.parts.length === 0
}

function network(tasks: TaskNetwork, indent: string): string[] {
  const chain = tasks.ordering.every(([first, second], index) => first === index && second === index + 1)
  const ordered = chain && tasks.ordering.length === tasks.subtasks.length - 1
  // Labels that the reader made up for bare subtasks are left out again.
  const bare = tasks.subtasks.every((subtask, index) => subtask.id === `#${index}`)
  const taken = new Set(tasks.subtasks.map((subtask) => subtask.id.toLowerCase()))
  const labels = tasks.subtasks.map(({ id }) => {
    let free = id.replace(/^#/, 'task')
    while (free !== id && taken.has(free)) free += '-'
    return free
  })
  const label = (index: number): string => labels[index] ?? ''
  const items = tasks.subtasks.map((subtask, index) => {
    const use = list([subtask.task, ...subtask.arguments])
    return bare && (ordered || tasks.ordering.length === 0) ? use : `(${label(index)} ${use})`
  })
  const lines = [`${indent}${ordered ? ':ordered-subtasks' : ':subtasks'} (and ${items.join(' ')})`]
  if (!ordered && tasks.ordering.length > 0) {
    lines.push(`${indent}:ordering (and ${tasks.ordering.map(([a, b]) => `(< ${label(a)} ${label(b)})`).join(' ')})`)
  }
  if (!isTrue(tasks.constraints)) lines.push(`${indent}:constraints ${formula(tasks.constraints)}`)
  return lines
}

function formula(condition: Formula): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return `(${[condition.kind, ...condition.parts.map(formula)].join(' ')})`
    case 'not':
      return `(not ${formula(condition.inner)})`
    case 'atom':
      return list([condition.predicate, ...condition.arguments])
    case 'equal':
      return list(['=', condition.left, condition.right])
    case 'type':
      return list(['sort', condition.term, ...condition.types])
    case 'forall':
    case 'exists':
      return `(${condition.kind} (${typedList(condition.variables)}) ${formula(condition.inner)})`
    case 'compare':
      return `(${condition.operator} ${number(condition.left)} ${number(condition.right)})`
  }
}

function number(expression: NumericExpression): string {
  switch (expression.kind) {
    case 'number':
      return String(expression.value)
    case 'fluent':
      return list([expression.fluent, ...expression.arguments])
    case 'arithmetic':
      return `(${expression.operator} ${number(expression.left)} ${number(expression.right)})`
  }
}

function effect(change: Effect): string {
  switch (change.kind) {
    case 'add':
      return list([change.predicate, ...change.arguments])
    case 'delete':
      return `(not ${list([change.predicate, ...change.arguments])})`
    case 'numeric':
      return `(${change.operator} ${list([change.fluent, ...change.arguments])} ${number(change.value)})`
    case 'when':
      return `(when ${formula(change.condition)} (and ${change.effects.map(effect).join(' ')}))`
    case 'forall':
      return `(forall (${typedList(change.variables)}) (and ${change.effects.map(effect).join(' ')}))`
  }
}
