/**
 * Which events the rule takes: alarms that go off and alarms that recover, of one metric, of several, composite, or of one
 * contributor. The healer's own alarms are left out: it must not try to heal itself.
 */
export const alarmPattern = (ownPrefix: string) => ({
  source: ["aws.cloudwatch"],
  "detail-type": ["CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change"],
  detail: {
    state: { value: ["ALARM", "OK"] },
    alarmName: [{ "anything-but": { prefix: ownPrefix } }],
  },
});

/** The bus that other accounts and regions forward their alarms to. */
export const memberBusOf = (ownPrefix: string): string => `${ownPrefix}members`;
